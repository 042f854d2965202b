# The two commands are `make synth` and `make test`; both install what they need.

CONFIG ?= examples/comprehensive.yaml
NODE := tools/with-node

CACHE := .cache/judges
# Not installed is a failure in CI; elsewhere what is missing is skipped, and the report says so.
MAY_MISS = || { echo "not installed: $@" >&2; test -z "$${CI:-}"; }

.PHONY: help synth test sdk-test verify verify-random judges deploy-check e2e mutate canaries guardrails lint bench schema clean

help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

synth: node_modules/.ready ## Synthesize CONFIG (default examples/comprehensive.yaml) into cdk.out, fully validated
	$(NODE) npx cdk synth --quiet -c config=$(CONFIG)

test: node_modules/.ready tools/simulator/node_modules/.ready ## Run all tests
	$(NODE) go test ./...

sdk-test: node_modules/.ready tools/simulator/node_modules/.ready .cache/sdk/.ready ## Run scripts with the real SageMaker Python SDK and decide what they ask for (needs Python)
	$(NODE) go test -v -run SDK ./sdkdefaults -args -sdk

verify: node_modules/.ready judges ## Let independent judges judge what the examples build; ARGS="my.yaml", or ARGS="-assembly cdk.out"
	$(NODE) go run ./tools/verify $(ARGS)

verify-random: node_modules/.ready judges ## The same with 50 random valid configurations; ARGS="-seed 7" repeats a run (some minutes)
	$(NODE) go run ./tools/verify -random 50 $(ARGS)

judges: $(CACHE)/cfn-lint/.ready $(CACHE)/cdk-nag tools/judges/node_modules/.ready ## Install the judges, all pinned

deploy-check: node_modules/.ready tools/simulator/node_modules/.ready ## Deploy the examples with the real CDK command line to an emulator of AWS (needs Python 3.11)
	@tools/emulator/install; case $$? in \
	0) $(NODE) go test -count=1 -v -timeout 20m -run 'ExamplesDeploy|Emulator' ./deployment -args -emulator $(if $(UPDATE),-update) && \
		$(NODE) go test -count=1 -v -run Emulator ./e2e -args -emulator ;; \
	2) echo "deploy-check: skipped" ;; \
	*) exit 1 ;; \
	esac

e2e: node_modules/.ready tools/simulator/node_modules/.ready ## Try one environment in a real account, for money: ACCOUNT, CONSENT; read e2e/README.md
	$(NODE) go run ./e2e -account "$(ACCOUNT)" -consent "$(CONSENT)"

mutate: tools/simulator/node_modules/.ready ## Spoil every policy statement in turn and see whether a row notices (some minutes)
	$(NODE) go test -v -timeout 60m -run Mutants ./decisions -args -mutants 1

canaries: node_modules/.ready tools/simulator/node_modules/.ready judges ## Spoil templates and see which judge notices which fault (some minutes)
	$(NODE) go test -v -timeout 60m ./canaries -args -judged 1

guardrails: ## Write policies for AWS Organizations: CONFIG, PARAMETERS (files of aws ssm get-parameters-by-path), OUT
	go run ./cmd/secureml guardrails --config $(CONFIG) $(addprefix --parameters ,$(PARAMETERS)) --out $(or $(OUT),guardrails-policies)

lint: ## Check format, vet, staticcheck, and shell scripts (needs shellcheck)
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "run gofmt -w on: $$unformatted"; exit 1; }
	go vet ./...
	go -C tools/facts vet ./...
	go -C tools/nag vet ./...
	go tool staticcheck ./...
	shellcheck $$(git ls-files | xargs grep -lE '^#!/(bin/sh|usr/bin/env bash|bin/bash)' )

bench: node_modules/.ready ## Measure synthesis of 1, 10 and 50 project environments
	$(NODE) go test -run '^$$' -bench . -benchtime 1x .

schema: ## Write the JSON Schema of the configuration after a change of its types
	go generate ./config

clean: ## Remove what the other targets made
	rm -rf cdk.out bin .cache node_modules tools/*/node_modules

node_modules/.ready: package.json package-lock.json
	npm ci --no-audit --no-fund --silent
	@touch $@

tools/simulator/node_modules/.ready: tools/simulator/package.json tools/simulator/package-lock.json
	cd tools/simulator && npm ci --no-audit --no-fund --silent
	@touch $@

tools/judges/node_modules/.ready: tools/judges/package.json tools/judges/package-lock.json tools/judges/.npmrc
	(cd tools/judges && npm ci --no-audit --no-fund --silent && touch node_modules/.ready) $(MAY_MISS)

# A changed lock starts from an empty environment, so that nothing is left of the old one.
$(CACHE)/cfn-lint/.ready: tools/judges/requirements.txt
	(rm -rf $(@D) && python3 -m venv $(@D) && \
		$(@D)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $< && touch $@) $(MAY_MISS)

.cache/sdk/.ready: tools/sdk/requirements.txt
	(rm -rf $(@D) && python3 -m venv $(@D) && \
		$(@D)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $< && touch $@) $(MAY_MISS)

# The same options give the same bytes, by which the verdicts in the cache are told apart.
$(CACHE)/cdk-nag: tools/nag/main.go tools/nag/go.mod tools/nag/go.sum
	@mkdir -p $(@D)
	go -C tools/nag build -trimpath -buildvcs=false -o $(CURDIR)/$@ . $(MAY_MISS)
