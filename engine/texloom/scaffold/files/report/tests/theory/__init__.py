"""The written answers: checks that pass, and that notice a wrong formula."""
