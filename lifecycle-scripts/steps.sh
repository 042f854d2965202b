#!/bin/bash
# What notebooks and Studio spaces have in common. Every step may fail: it says so, says what to do, and the start goes on.
# Settings in capitals come from the renderer and from the script that follows.

# No call may use up the five minutes after which SageMaker gives up. The AWS CLI's old default for STS is an endpoint
# on the internet.
LIMIT=${SECUREML_LIMIT:-15}
export AWS_DEFAULT_REGION="$REGION" AWS_STS_REGIONAL_ENDPOINTS=regional AWS_MAX_ATTEMPTS=2

log() { printf '%s secureml %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*"; }

limited() { timeout -k 2 "$LIMIT" "$@"; }

# step WHAT REMEDY COMMAND...
step() {
	local what=$1 remedy=$2
	shift 2
	if "$@"; then
		log "done: $what"
	else
		log "FAILED: $what. $remedy The start goes on without it."
	fi
}

# put FILE MODE writes its input, whole or not at all.
put() {
	local file=$1 mode=$2 new
	mkdir -p "${file%/*}" && new=$(mktemp "$file.XXXXXX") || return 1
	if cat >"$new" && chmod "$mode" "$new" && { test -z "$OWNER" || chown "$OWNER" "$new"; } && mv -f "$new" "$file"; then
		return 0
	fi
	rm -f "$new"
	return 1
}

# pip_conf URL
pip_conf() {
	put "$PIP_CONF" 640 <<END
; Written by the environment at every start. There is no other index.
[global]
index-url = $1
disable-pip-version-check = true
END
}

# A token lasts 12 hours and is fetched anew after 5, so that some attempts may fail.
package_token() {
	local token endpoint
	if test -n "$(find "$PIP_CONF" -mmin -300 2>/dev/null)" && grep -q '^index-url = https://aws:' "$PIP_CONF"; then
		return 0
	fi
	token=$(limited aws codeartifact get-authorization-token --domain "$PACKAGE_DOMAIN" --domain-owner "$PACKAGE_OWNER" \
		--duration-seconds 43200 --query authorizationToken --output text) && test -n "$token" || return 1
	endpoint=$(limited aws codeartifact get-repository-endpoint --domain "$PACKAGE_DOMAIN" --domain-owner "$PACKAGE_OWNER" \
		--repository "$PACKAGE_REPOSITORY" --format pypi --query repositoryEndpoint --output text) || return 1
	case $endpoint in
	https://*) pip_conf "https://aws:$token@${endpoint#https://}simple/" ;;
	*) return 1 ;;
	esac
}

packages() {
	if test -n "$PACKAGE_URL"; then
		pip_conf "$PACKAGE_URL"
		return
	fi
	repeat package-token 10 package_token pip_conf put limited || return 1
	package_token
}

# repeat NAME MINUTES FUNCTION... runs the first function again and again; the others are those that it calls. The
# command that does so is written out whole, since nobody knows whether this script is still there later. Spaces have no
# cron, so there a process waits; it is stopped with the space.
repeat() {
	local name=$1 minutes=$2 command="$COMMANDS/$1"
	shift 2
	{
		echo '#!/bin/bash'
		declare -p LIMIT OWNER PIP_CONF PACKAGE_DOMAIN PACKAGE_OWNER PACKAGE_REPOSITORY IDLE_MINUTES ROOT JUPYTER
		declare -p AWS_DEFAULT_REGION AWS_STS_REGIONAL_ENDPOINTS AWS_MAX_ATTEMPTS
		declare -f log "$@"
		# Cron's PATH lacks the places where the AWS CLI may be.
		declare -p PATH
		printf '%s || log "FAILED: %s, tried again in %s minutes"\n' "$1" "$name" "$minutes"
	} | put "$command" 755 || return 1
	if test -d "$CRON"; then
		printf '*/%s * * * * root "%s" >>"%s/%s.log" 2>&1\n' "$minutes" "$command" "$LOGS" "$name" | put "$CRON/secureml-$name" 644
		return
	fi
	mkdir -p "$LOGS" || return 1
	# The lock ends with its process, so a second start makes no second one.
	# shellcheck disable=SC2016 # the waiting shell expands them
	nohup flock -n "$command.lock" bash -c 'while sleep "$1"; do "$2"; done' repeat $((minutes * 60)) "$command" >>"$LOGS/$name.log" 2>&1 </dev/null &
}

# The identity is that of the role, which belongs to one user, and the address is the one that the platform team has
# configured for that user. Nobody types either.
git_identity() {
	local role user email
	role=$(limited aws sts get-caller-identity --query Arn --output text) || return 1
	role=${role#*:assumed-role/}
	role=${role%%/*}
	user=${role#"$ROLE_PREFIX"}
	test "$user" != "$role" && test -n "$user" || return 1
	email=$(limited aws ssm get-parameter --name "/secureml/$PROJECT/$ENVIRONMENT/users/$user" --query Parameter.Value --output text) &&
		test -n "$email" && mkdir -p "${GIT_CONFIG%/*}" &&
		limited git config --file "$GIT_CONFIG" user.name "$user" &&
		limited git config --file "$GIT_CONFIG" user.email "$email" && chmod 644 "$GIT_CONFIG"
}

# sdk_defaults makes ordinary SageMaker code compliant. A parameter that is missing is a failure, never an empty value.
sdk_defaults() {
	local found path name value text=$SDK_DEFAULTS
	path=/secureml/$PROJECT/$ENVIRONMENT/
	found=$(limited aws ssm get-parameters-by-path --path "$path" --query 'Parameters[].[Name,Value]' --output text) || return 1
	while IFS=$'\t' read -r name value; do
		name=${name#"$path"}
		test -z "$name" || text=${text//"{$name}"/"$value"}
	done <<<"$found"
	if [[ $text =~ \{[a-z0-9-]+\} ]]; then
		log "parameter $path${BASH_REMATCH[0]} not found"
		return 1
	fi
	printf '%s\n' "$text" | put "$SDK_CONFIG" 644
}

# no_downloads DIRECTORY takes away the request behind the Download button, and the button. It is a reminder, not a wall:
# what an editor shows can be copied, and the interfaces for contents and for nbconvert still answer. Jupyter reads no
# directory of fragments for this setting, so a configuration that somebody else has put there stays as it is.
no_downloads() {
	local config=$1/jupyter_config.json
	if test -e "$config" && ! grep -q tornado.web.ErrorHandler "$config"; then
		log "$config belongs to somebody else"
		return 1
	fi
	put "$config" 644 <<END &&
{"ContentsManager": {"files_handler_class": "tornado.web.ErrorHandler", "files_handler_params": {"status_code": 403}}}
END
		put "$1/labconfig/page_config.d/secureml.json" 644 <<END
{"disabledExtensions": {"@jupyterlab/docmanager-extension:download": true, "@jupyterlab/filebrowser-extension:download": true}}
END
}

common_steps() {
	step "private package index" "Look whether the codeartifact endpoints answer and the role may read the repository; then start again." packages
	step "Git identity" "The role must belong to a configured user, and sts and ssm must answer; until then Git asks who you are." git_identity
	step "SageMaker SDK defaults" "Look whether the environment's parameters exist and ssm answers; until then pass network and keys yourself." sdk_defaults
}

# Notebook instances run scripts as root. It writes where root alone can, never below a user's home, where a link could
# lead anywhere.
instance() {
	ROOT=${SECUREML_ROOT:-} OWNER=root:ec2-user JUPYTER=${SECUREML_JUPYTER:-https://localhost:8443}
	PIP_CONF=$ROOT/etc/pip.conf GIT_CONFIG=$ROOT/etc/gitconfig SDK_CONFIG=$ROOT/etc/xdg/sagemaker/config.yaml
	CRON=$ROOT/etc/cron.d COMMANDS=$ROOT/usr/local/libexec/secureml LOGS=$ROOT/var/log
	common_steps
}

# Studio runs scripts as the user, so everything is in the user's own home.
space() {
	ROOT='' OWNER='' CRON='' JUPYTER='' IDLE_MINUTES=0
	PIP_CONF=$HOME/.config/pip/pip.conf GIT_CONFIG=$HOME/.gitconfig SDK_CONFIG=$HOME/.config/sagemaker/config.yaml
	COMMANDS=$HOME/.local/libexec/secureml LOGS=$HOME/.local/state/secureml
	common_steps
}
