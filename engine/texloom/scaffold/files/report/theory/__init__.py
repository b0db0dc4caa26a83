"""The written answers: LaTeX fragments, each beside the module of the same name with its checks."""
