#!/bin/bash
# Runs as root at every start of a notebook instance. Jupyter's logs and this output need no step:
# notebook instances write both to the log group /aws/sagemaker/NotebookInstances.
# idle_minutes prints for how long no kernel and no terminal did anything; 0 while a kernel computes. An open browser is
# no work. It never exceeds the time since the start. Jupyter's certificate is its own, and the way to it is the loopback.
idle_minutes() {
	limited python3 - "$JUPYTER" "$ROOT/proc/uptime" <<'PYTHON'
import datetime, json, ssl, sys, urllib.error, urllib.request
context = ssl._create_unverified_context()
def ask(path):
    return json.load(urllib.request.urlopen(sys.argv[1] + path, timeout=5, context=context))
kernels = ask("/api/kernels")
try:
    terminals = ask("/api/terminals")
except urllib.error.HTTPError as error:
    if error.code != 404:
        raise
    terminals = []
idle = float(open(sys.argv[2]).read().split()[0])
now = datetime.datetime.now(datetime.timezone.utc)
for each in kernels + terminals:
    if each.get("execution_state") in ("busy", "starting"):
        idle = 0
    last = datetime.datetime.fromisoformat(each["last_activity"].replace("Z", "+00:00"))
    idle = min(idle, (now - last).total_seconds())
print(int(max(idle, 0) // 60))
PYTHON
}

idle_stop() {
	local idle name
	idle=$(idle_minutes) || return 1
	if ((idle < IDLE_MINUTES)); then
		return 0
	fi
	name=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["ResourceName"])' "$ROOT/opt/ml/metadata/resource-metadata.json") || return 1
	log "idle for $idle minutes: stopping $name"
	limited aws sagemaker stop-notebook-instance --notebook-instance-name "$name"
}

# The server is restarted where it reads something new only; --no-block, since it may itself wait for this script.
notebook_downloads() {
	local config=$ROOT/etc/jupyter
	test -e "$config/labconfig/page_config.d/secureml.json" && return 0
	no_downloads "$config" && limited systemctl --no-block restart jupyter-server
}

instance
if ((IDLE_MINUTES > 0)); then
	step "stop after $IDLE_MINUTES idle minutes" "Stop the notebook yourself when you are done." repeat idle-stop 5 idle_stop idle_minutes limited
fi
step "no downloads in Jupyter" "Restart Jupyter, or start again." notebook_downloads
true
