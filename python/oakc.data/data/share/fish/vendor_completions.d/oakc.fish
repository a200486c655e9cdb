complete --keep-order --exclusive --command oakc --arguments "(OAKC_COMPLETE=fish oakc -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
