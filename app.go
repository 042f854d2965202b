// Command environments is the CDK app: it reads the configuration, plans, and synthesizes every stack.
//
//	npx cdk synth -c config=examples/minimal.yaml
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/plan"
	"github.com/secureml/environments/stacks"
)

// defaultConfig is read when no other file is named with -c config=path.
const defaultConfig = "examples/comprehensive.yaml"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run validates the whole configuration before the first construct, so that nothing is half written.
func run() error {
	path, err := configPath(os.Getenv("CDK_CONTEXT_JSON"))
	if err != nil {
		return err
	}
	organization, err := config.Load(path)
	if err != nil {
		return err
	}
	directory, err := stacks.Synthesize(plan.New(organization), "")
	if err != nil {
		return err
	}
	assembly, err := inventory.Read(directory)
	if err != nil {
		return err
	}
	return assembly.WriteSummary(os.Stderr)
}

// configPath finds the context value config in what the CDK command line passes on.
func configPath(context string) (string, error) {
	var values struct {
		Config any `json:"config"`
	}
	if context != "" {
		if err := json.Unmarshal([]byte(context), &values); err != nil {
			return "", fmt.Errorf("the CDK context is not valid JSON: %w", err)
		}
	}
	switch path := values.Config.(type) {
	case nil:
		return defaultConfig, nil
	case string:
		if path != "" {
			return path, nil
		}
	}
	return "", errors.New("the context value config must be a path; use -c config=path/to/file.yaml")
}
