package judges

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// SecureML is AWS CloudFormation Guard 3 with our own rules. At synthesis they are evaluated in Go (package guard); here
// by the program that others would use.
func SecureML(root string) Judge {
	return cfnGuard{name: "cfn-guard (SecureML)", root: root, rules: filepath.Join(root, "guard", "secureml.guard")}
}

// ControlTower is AWS CloudFormation Guard 3 with the proactive controls of AWS Control Tower, which the npm package
// @cdklabs/cdk-validator-cfnguard carries.
func ControlTower(root string) Judge {
	return cfnGuard{
		name: "cfn-guard (Control Tower)", root: root, pack: true,
		rules: filepath.Join(guardPackage(root), "rules", "control-tower", "cfn-guard"),
	}
}

type cfnGuard struct {
	name, root string
	// rules is a rule file or a folder of them.
	rules string
	// pack tells that every rule file is about some resource types, which it names, and about no other.
	pack bool
}

func guardPackage(root string) string {
	return filepath.Join(root, "tools", "judges", "node_modules", "@cdklabs", "cdk-validator-cfnguard")
}

// GuardBinary is the path of the pinned cfn-guard for this machine, whether it is installed or not.
func GuardBinary(root string) string {
	system := map[string]string{"linux": "ubuntu", "darwin": "macos"}[runtime.GOOS]
	processor := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]
	return filepath.Join(guardPackage(root), "bin", system, processor, "cfn-guard")
}

func (j cfnGuard) Name() string { return j.name }

func (j cfnGuard) Missing() string { return missing(GuardBinary(j.root), j.rules) }

func (j cfnGuard) Identity() (string, error) {
	return digest([]string{GuardBinary(j.root), j.rules})
}

func (j cfnGuard) Judge(ctx context.Context, templates []Template) ([]Finding, error) {
	rules, err := j.ruleFiles(templates)
	if err != nil || len(rules) == 0 {
		return nil, err
	}
	arguments := []string{"validate", "--output-format", "json", "--structured", "--show-summary", "none", "--rules"}
	arguments = append(append(append(arguments, rules...), "--data"), filesOf(templates)...)
	// 19 is the exit code for templates that break a rule.
	out, aside, err := runAside(exec.CommandContext(ctx, GuardBinary(j.root), arguments...), 19)
	if err != nil {
		return nil, err
	}
	// A rule file that it cannot read is left out, and the exit code does not always tell.
	if strings.Contains(aside, "rror") {
		return nil, fmt.Errorf("%s cannot read all rules: %s", j.name, excerpt(aside))
	}
	return parseCFNGuard(out, templates)
}

var resourceType = regexp.MustCompile(`AWS::\w+::\w+`)

// ruleFiles leaves out those of a pack that name resource types of which the templates have none: they could only be
// skipped, and reading all takes most of the time.
func (j cfnGuard) ruleFiles(templates []Template) ([]string, error) {
	if !j.pack {
		return []string{j.rules}, nil
	}
	used := map[string]bool{}
	for _, t := range templates {
		for _, r := range t.Resources {
			used[r.Type] = true
		}
	}
	var files []string
	err := filepath.WalkDir(j.rules, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		types := resourceType.FindAllString(string(text), -1)
		if len(types) == 0 || slices.ContainsFunc(types, func(name string) bool { return used[name] }) {
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// parseCFNGuard reads the structured report. A broken rule is one finding for each resource that its clauses name.
func parseCFNGuard(out []byte, templates []Template) ([]Finding, error) {
	var reports []struct {
		Name         string
		NotCompliant []struct{ Rule json.RawMessage } `json:"not_compliant"`
	}
	if err := json.Unmarshal(out, &reports); err != nil {
		return nil, fmt.Errorf("cfn-guard said no JSON: %w: %s", err, excerpt(string(out)))
	}
	files := byFile(templates)
	var findings []Finding
	for _, r := range reports {
		t, ok := files[r.Name]
		if !ok {
			return nil, fmt.Errorf("cfn-guard speaks of %s, which it was not asked about", r.Name)
		}
		delete(files, r.Name)
		for _, broken := range r.NotCompliant {
			found, err := guardFindings(t, broken.Rule)
			if err != nil {
				return nil, err
			}
			findings = append(findings, found...)
		}
	}
	for _, t := range files {
		return nil, fmt.Errorf("cfn-guard gave no verdict about %s", t.Name)
	}
	return findings, nil
}

var (
	guardResource = regexp.MustCompile(`"/Resources/(\w+)[/"]`)
	// controlTowerID is how messages of the pack begin; people look controls up by it.
	controlTowerID = regexp.MustCompile(`^\[(CT\.[\w.]+)\]: *`)
)

func guardFindings(t Template, rule json.RawMessage) ([]Finding, error) {
	var named struct{ Name string }
	if err := json.Unmarshal(rule, &named); err != nil {
		return nil, fmt.Errorf("cfn-guard: %w", err)
	}
	f := Finding{Template: t.Name, Rule: named.Name, Severity: "ERROR", Message: guardMessage(rule)}
	if id := controlTowerID.FindStringSubmatch(f.Message); id != nil {
		f.Rule, f.Message = id[1], strings.TrimPrefix(f.Message, id[0])
	}
	var ids []string
	for _, match := range guardResource.FindAllStringSubmatch(string(rule), -1) {
		ids = append(ids, match[1])
	}
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) == 0 {
		return []Finding{f}, nil
	}
	var findings []Finding
	for _, id := range ids {
		f.LogicalID = id
		findings = append(findings, f)
	}
	return findings, nil
}

// guardMessage is the first message that the rule's author wrote, on one line.
func guardMessage(rule json.RawMessage) string {
	var value any
	if err := json.Unmarshal(rule, &value); err != nil {
		return ""
	}
	return strings.Join(strings.Fields(firstMessage(value)), " ")
}

func firstMessage(value any) string {
	switch v := value.(type) {
	case map[string]any:
		if messages, ok := v["messages"].(map[string]any); ok {
			if text, ok := messages["custom_message"].(string); ok && strings.TrimSpace(text) != "" {
				return text
			}
		}
		for _, key := range []string{"Rule", "checks", "Clause", "Disjunctions", "Block", "Unary", "Binary"} {
			if text := firstMessage(v[key]); text != "" {
				return text
			}
		}
	case []any:
		for _, member := range v {
			if text := firstMessage(member); text != "" {
				return text
			}
		}
	}
	return ""
}
