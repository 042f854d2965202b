#!/bin/bash
# Runs as the user at every start of a Code Editor space. Nothing here can take away the editor's downloads.
space
true
