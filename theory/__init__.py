"""The written answers: LaTeX fragments, each beside a module, or a package, of checks that is named after it."""
