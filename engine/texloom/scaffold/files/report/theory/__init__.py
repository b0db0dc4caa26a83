"""The written answers: LaTeX fragments, each beside a module of checks that is named after it."""
