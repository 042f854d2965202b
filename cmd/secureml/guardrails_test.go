package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const configuration = `
organization: acme
account: "111122223333"
region: eu-west-1
access: {saml: {provider: acme-login}}
projects:
  - name: fraud
    owner: fraud@example.com
    costCenter: CC-1
    environments: [{name: dev, network: {cidr: 10.1.0.0/20}}]
`

// run executes the command line in a folder of its own and returns what it prints.
func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	c := command()
	c.SetArgs(args)
	c.SetOut(&out)
	c.SetErr(&out)
	err := c.Execute()
	return out.String(), err
}

func TestGuardrails(t *testing.T) {
	directory := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(directory, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var listing struct{ Parameters []map[string]string }
	for _, name := range []string{
		"vpc-id", "subnet-ids", "security-group-id", "s3-endpoint-id", "data-key-arn", "volume-key-arn", "log-key-arn", "data-bucket", "model-bucket",
	} {
		listing.Parameters = append(listing.Parameters, map[string]string{"Name": "/secureml/fraud/dev/" + name, "Value": name})
	}
	text, err := json.Marshal(listing)
	if err != nil {
		t.Fatal(err)
	}
	config, parameters, to := write("secureml.yaml", configuration), write("parameters.json", string(text)), filepath.Join(directory, "out")

	out, err := run(t, "guardrails", "--config", config, "--parameters", parameters, "--out", to)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out, "policies written to "+to) || !strings.Contains(out, "organizationId is not configured") {
		t.Errorf("printed %q", out)
	}
	for _, name := range []string{"README.md", "organization/scp-1.json", "accounts/111122223333/scp-1.json", "accounts/111122223333/boundary-fraud-dev.json"} {
		if _, err := os.Stat(filepath.Join(to, name)); err != nil {
			t.Error(err)
		}
	}

	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no parameters":  {[]string{"guardrails", "--config", config}, `required flag(s) "parameters" not set`},
		"no such config": {[]string{"guardrails", "--config", "none.yaml", "--parameters", parameters}, "none.yaml"},
		"full folder":    {[]string{"guardrails", "--config", config, "--parameters", parameters, "--out", to}, "is not empty; name another folder or delete it"},
	} {
		if _, err := run(t, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestHelpFitsAScreen(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"guardrails", "--help"}} {
		out, err := run(t, args...)
		if err != nil || strings.Count(out, "\n") > 24 {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}
