package judges

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// CFNLint is cfn-lint (github.com/aws-cloudformation/cfn-lint): the resource schemas, and rules for values that schemas
// cannot hold, such as IAM actions. Errors and warnings count.
func CFNLint(root string) Judge {
	return cfnLint{environment: filepath.Join(root, ".cache", "judges", "cfn-lint")}
}

type cfnLint struct{ environment string }

// elsewhere is the region whose rules are applied to a template that leaves the region open.
const elsewhere = "us-east-1"

func (j cfnLint) Name() string { return "cfn-lint" }

func (j cfnLint) program() string { return filepath.Join(j.environment, "bin", "cfn-lint") }

// record is the list of what the package holds, with the hash of every file (PEP 376).
func (j cfnLint) record() string {
	return filepath.Join(j.environment, "lib", "python*", "site-packages", "cfn_lint-*.dist-info", "RECORD")
}

func (j cfnLint) Missing() string { return missing(j.program(), j.record()) }

func (j cfnLint) Identity() (string, error) {
	records, err := filepath.Glob(j.record())
	if err != nil {
		return "", err
	}
	return digest(records, elsewhere)
}

func (j cfnLint) Judge(ctx context.Context, templates []Template) ([]Finding, error) {
	var findings []Finding
	for region, group := range byRegion(templates) {
		arguments := append([]string{"--format", "json", "--regions", region, "--"}, filesOf(group)...)
		// The exit code is a sum of 2 for errors, 4 for warnings and 8 for information.
		out, err := run(exec.CommandContext(ctx, j.program(), arguments...), 2, 4, 6, 8, 10, 12, 14)
		if err != nil {
			return nil, err
		}
		found, err := parseCFNLint(out, group)
		if err != nil {
			return nil, err
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

func byRegion(templates []Template) map[string][]Template {
	regions := map[string][]Template{}
	for _, t := range templates {
		region := t.Region
		if region == "" {
			region = elsewhere
		}
		regions[region] = append(regions[region], t)
	}
	return regions
}

func parseCFNLint(out []byte, templates []Template) ([]Finding, error) {
	var matches []struct {
		Filename string
		Level    string
		Message  string
		Rule     struct{ ID string }
		Location struct{ Path []any }
	}
	if err := json.Unmarshal(out, &matches); err != nil {
		return nil, fmt.Errorf("cfn-lint said no JSON: %w: %s", err, excerpt(string(out)))
	}
	files := byFile(templates)
	var findings []Finding
	for _, m := range matches {
		t, ok := files[m.Filename]
		if !ok {
			return nil, fmt.Errorf("cfn-lint speaks of %s, which it was not asked about", m.Filename)
		}
		findings = append(findings, Finding{
			Template: t.Name, Rule: m.Rule.ID, Severity: strings.ToUpper(m.Level), LogicalID: resourceOf(m.Location.Path), Message: m.Message,
		})
	}
	return findings, nil
}

// resourceOf finds the logical id in a path that leads through a template.
func resourceOf(path []any) string {
	if len(path) > 1 && path[0] == "Resources" {
		return fmt.Sprint(path[1])
	}
	return ""
}
