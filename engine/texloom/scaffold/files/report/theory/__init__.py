"""The written answers: LaTeX fragments, each beside a module with its checks of the same name."""
