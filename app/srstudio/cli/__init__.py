"""The command line: one file a verb.

A verb is a module with a `VERB` (see `srstudio.cli.verb`): its name, its line of help, a
function that adds its arguments to a parser, and `run(args, console) -> exit code`. The verbs
are listed once, in `srstudio.cli.main`. To add one, write the module and add it to that tuple.

- `--json` and `--debug` are added to every verb; a verb never prints, it hands what it has to
  the `Console`: `show(document, *renderables)` prints the document under `--json` and the
  renderables otherwise, `steps(n)` shows progress on standard error.
- What goes wrong is raised as a `StudioError` (`UsageError` where the request itself is wrong);
  the exit code and the one sentence on standard error follow from it in `failures`.
- torch, OpenCV and the like are imported inside `run`, so that `--help` is instant.
"""
