package judges

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// CDKNag is cdk-nag (github.com/cdklabs/cdk-nag) with its packs AwsSolutions, NIST 800-53 r5, HIPAA Security and PCI DSS
// 3.2.1. It judges constructs, so tools/nag, a program of its own, makes constructs of the templates. A rule that the
// three frameworks share is one finding, and one that breaks down over a template is a finding too.
func CDKNag(root string) Judge {
	return cdkNag{program: filepath.Join(root, ".cache", "judges", "cdk-nag")}
}

type cdkNag struct{ program string }

func (j cdkNag) Name() string { return "cdk-nag" }

func (j cdkNag) Missing() string {
	if _, err := exec.LookPath("node"); err != nil {
		return "node is not on the PATH; run make verify, which brings one"
	}
	return missing(j.program)
}

// Identity: the program is linked to one version of cdk-nag and of the CDK, so its own content tells everything.
func (j cdkNag) Identity() (string, error) { return digest([]string{j.program}) }

func (j cdkNag) Judge(ctx context.Context, templates []Template) ([]Finding, error) {
	directory, err := os.MkdirTemp("", "cdk-nag-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory)
	command := exec.CommandContext(ctx, j.program, append([]string{directory}, filesOf(templates)...)...)
	command.Env = append(os.Environ(), "CDK_VALIDATION=false", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=true")
	if _, err := run(command); err != nil {
		return nil, err
	}
	var findings []Finding
	for i, t := range templates {
		// Named so by tools/nag, in the order of its arguments.
		found, err := readNag(filepath.Join(directory, fmt.Sprintf("template%d", i)), t)
		if err != nil {
			return nil, err
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

// readNag reads what the packs noted about a template: the CDK writes it beside the template, or nothing if there is
// nothing. The stack's own template tells that the packs have been over it.
func readNag(stack string, t Template) ([]Finding, error) {
	if _, err := os.Stat(stack + ".template.json"); err != nil {
		return nil, fmt.Errorf("cdk-nag gave no verdict about %s: %w", t.Name, err)
	}
	text, err := os.ReadFile(stack + ".metadata.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parseNag(text, t)
}

// parseNag reads a metadata file: construct paths with what is noted there.
func parseNag(text []byte, t Template) ([]Finding, error) {
	var noted map[string][]struct {
		Type string
		Data any
	}
	if err := json.Unmarshal(text, &noted); err != nil {
		return nil, fmt.Errorf("cdk-nag: the notes about %s are no JSON: %w", t.Name, err)
	}
	var findings []Finding
	packs := map[Finding][]string{}
	for _, construct := range slices.Sorted(maps.Keys(noted)) {
		for _, note := range noted[construct] {
			text, ok := note.Data.(string)
			severity, relevant := strings.CutPrefix(note.Type, "aws:cdk:")
			if !ok || !relevant || severity != "error" && severity != "warning" {
				continue
			}
			f, pack := nagFinding(text)
			f.Template, f.Severity, f.LogicalID = t.Name, strings.ToUpper(severity), path.Base(construct)
			if _, known := t.Resources[f.LogicalID]; !known {
				return nil, fmt.Errorf("cdk-nag speaks of %s, which is not in %s", construct, t.Name)
			}
			key := f
			key.Message = ""
			if len(packs[key]) == 0 {
				findings = append(findings, f)
			}
			packs[key] = append(packs[key], pack)
		}
	}
	for i, f := range findings {
		f.Message = ""
		if from := slices.DeleteFunc(packs[f], func(pack string) bool { return pack == "" }); len(from) > 0 {
			slices.Sort(from)
			findings[i].Message += " [" + strings.Join(slices.Compact(from), ", ") + "]"
		}
	}
	return findings, nil
}

// frameworks are the packs that name a rule alike behind a prefix of their own.
var frameworks = []string{"HIPAA.Security-", "NIST.800.53.R5-", "PCI.DSS.321-"}

// nagFinding splits "rule: text", or "rule[detail]: text" where the detail may hold colons and brackets.
func nagFinding(text string) (f Finding, pack string) {
	rule, message, _ := strings.Cut(text, ": ")
	f = Finding{Rule: rule, Message: strings.Join(strings.Fields(message), " ")}
	for _, prefix := range frameworks {
		if strings.Contains(f.Rule, prefix) {
			f.Rule, pack = strings.Replace(f.Rule, prefix, "", 1), strings.TrimSuffix(prefix, "-")
		}
	}
	return f, pack
}
