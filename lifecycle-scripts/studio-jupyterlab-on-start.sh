#!/bin/bash
# Runs as the user at every start of a JupyterLab space. Idle shutdown is a setting of the domain, not a script.
space
step "no downloads in Jupyter" "Start the space again." no_downloads "$HOME/.jupyter"
true
