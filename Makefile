# The two commands are `make synth` and `make test`; both install what they need.

CONFIG ?= examples/comprehensive.yaml
NODE := tools/with-node

.PHONY: help synth test deploy-check e2e mutate guardrails lint bench schema clean

help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

synth: node_modules/.ready ## Synthesize CONFIG (default examples/comprehensive.yaml) into cdk.out, fully validated
	$(NODE) npx cdk synth --quiet -c config=$(CONFIG)

test: node_modules/.ready tools/simulator/node_modules/.ready ## Run all tests
	$(NODE) go test ./...

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

guardrails: ## Write policies for AWS Organizations: CONFIG, PARAMETERS (files of aws ssm get-parameters-by-path), OUT
	go run ./cmd/secureml guardrails --config $(CONFIG) $(addprefix --parameters ,$(PARAMETERS)) --out $(or $(OUT),guardrails-policies)

lint: ## Check format, vet, staticcheck, and shell scripts (needs shellcheck)
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "run gofmt -w on: $$unformatted"; exit 1; }
	go vet ./...
	go -C tools/facts vet ./...
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
