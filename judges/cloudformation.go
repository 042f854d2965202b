package judges

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
)

// CloudFormation is the validator that AWS publishes for CloudFormation (npm @aws/cloudformation-validate). The CDK runs
// a copy of it at synthesis, where acknowledgements that the CDK itself writes can hide findings about other resources.
// Everything from warnings up counts.
func CloudFormation(root string) Judge {
	return cloudFormation{folder: filepath.Join(root, "tools", "judges")}
}

type cloudFormation struct{ folder string }

func (j cloudFormation) Name() string { return "cloudformation-validate" }

func (j cloudFormation) script() string { return filepath.Join(j.folder, "validate.mjs") }

func (j cloudFormation) module() string {
	return filepath.Join(j.folder, "node_modules", "@aws", "cloudformation-validate")
}

func (j cloudFormation) Missing() string {
	if _, err := exec.LookPath("node"); err != nil {
		return "node is not on the PATH; run make verify, which brings one"
	}
	return missing(j.script(), filepath.Join(j.module(), "package.json"))
}

func (j cloudFormation) Identity() (string, error) { return digest([]string{j.script(), j.module()}) }

func (j cloudFormation) Judge(ctx context.Context, templates []Template) ([]Finding, error) {
	type request struct {
		File   string `json:"file"`
		Region string `json:"region,omitempty"`
	}
	var requests []request
	for _, t := range templates {
		requests = append(requests, request{t.File, t.Region})
	}
	input, err := json.Marshal(requests)
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, "node", j.script())
	command.Stdin = bytes.NewReader(input)
	out, err := run(command)
	if err != nil {
		return nil, err
	}
	return parseCloudFormation(out, templates)
}

// parseCloudFormation reads one line of JSON for each template, in the order of the templates.
func parseCloudFormation(out []byte, templates []Template) ([]Finding, error) {
	decoder := json.NewDecoder(bytes.NewReader(out))
	var findings []Finding
	for _, t := range templates {
		var verdict struct {
			File        string
			Error       string
			Diagnostics []struct {
				RuleID   string `json:"ruleId"`
				Severity string
				Message  string
				Entity   struct{ LogicalID, EntityType string }
			}
		}
		if err := decoder.Decode(&verdict); err != nil || verdict.File != t.File {
			return nil, fmt.Errorf("cloudformation-validate gave no verdict about %s: %v", t.Name, err)
		}
		if verdict.Error != "" {
			return nil, fmt.Errorf("cloudformation-validate broke down over %s: %s", t.Name, verdict.Error)
		}
		for _, d := range verdict.Diagnostics {
			f := Finding{Template: t.Name, Rule: d.RuleID, Severity: d.Severity, Message: d.Message}
			if d.Entity.EntityType == "Resource" {
				f.LogicalID = d.Entity.LogicalID
			}
			findings = append(findings, f)
		}
	}
	return findings, nil
}
