package guard

import (
	"bytes"
	_ "embed" // secureml.guard
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/secureml/environments/guard/language"
)

//go:embed secureml.guard
var rules string

var parsed = sync.OnceValue(func() *language.File {
	file, err := language.Parse(rules)
	if err != nil {
		panic("secureml.guard: " + err.Error())
	}
	return file
})

// Rules returns the text of the rule file.
func Rules() string { return rules }

// RuleNames returns the names of the rules, in the order of the file.
func RuleNames() []string { return parsed().Names() }

// Control returns the id of the control that a rule checks.
func Control(rule string) string {
	if len(rule) < 5 {
		return ""
	}
	return rule[:3] + "-" + rule[3:5]
}

// Outcome tells whether a template obeys a rule.
type Outcome string

// A rule is not applicable when the template has nothing that it speaks of.
const (
	Obeyed        Outcome = "obeyed"
	Violated      Outcome = "violated"
	NotApplicable Outcome = "not applicable"
)

// Result is the outcome of one rule for one template.
type Result struct {
	Rule       string
	Outcome    Outcome
	Violations []Violation
}

// Violation is one place where a template breaks a rule.
type Violation struct {
	// Resource is the logical id; empty when the rule is about the template as a whole.
	Resource string
	// Path leads from the resource to the value that is wrong, or to the last one there is on the way to a missing one,
	// for example Properties.KeyPolicy.
	Path string
	// Message names the control, says what is wrong and what to change.
	Message string
}

// Check evaluates every rule for a template in JSON, in the order of the file.
func Check(template []byte) ([]Result, error) {
	decoder := json.NewDecoder(bytes.NewReader(template))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("the template is not valid JSON: %w", err)
	}
	if !hasResources(document) {
		return nothingToCheck(), nil
	}
	var results []Result
	for _, r := range parsed().Evaluate(document) {
		result := Result{Rule: r.Rule, Outcome: outcomes[r.Status]}
		for _, f := range r.Findings {
			result.Violations = append(result.Violations, violation(f))
		}
		results = append(results, result)
	}
	return results, nil
}

// hasResources: CloudFormation refuses a template without resources, but the CDK writes one for an empty stack, and in
// Guard a query for all of nothing fails.
func hasResources(document any) bool {
	template, _ := document.(map[string]any)
	resources, _ := template["Resources"].(map[string]any)
	return len(resources) > 0
}

func nothingToCheck() []Result {
	var results []Result
	for _, name := range RuleNames() {
		results = append(results, Result{Rule: name, Outcome: NotApplicable})
	}
	return results
}

var outcomes = map[language.Status]Outcome{
	language.Pass: Obeyed, language.Fail: Violated, language.Skip: NotApplicable,
}

func violation(f language.Finding) Violation {
	v := Violation{Message: f.Message}
	if len(f.Path) > 1 && f.Path[0] == "Resources" {
		v.Resource, v.Path = f.Path[1], strings.Join(f.Path[2:], ".")
	}
	return v
}
