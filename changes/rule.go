package changes

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/guard"
	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/policy/newaccess"
)

// rules finds Guard rules that a template obeyed and breaks now, and controls of which the policies hold nothing any more.
func (c *comparison) rules() error {
	if len(c.before.stack.Template.Resources) == 0 {
		return nil
	}
	before, err := violations(c.before.stack.Template)
	if err != nil {
		return err
	}
	after, err := violations(c.after.stack.Template)
	if err != nil {
		return err
	}
	oldID := map[string]string{}
	for _, p := range c.pairs {
		oldID[p.id] = p.oldID
	}
	reported := map[string]int{}
	for _, v := range after {
		old := v
		if id, ok := oldID[v.resource]; ok {
			old.resource = id
		}
		if slices.ContainsFunc(before, func(b ruleViolation) bool { return b.same(old) }) {
			continue
		}
		c.ruled[v.resource] = append(c.ruled[v.resource], v.path+" "+v.message)
		why, do, _ := strings.Cut(v.message, "; ")
		// A rule with several messages for a resource is one change.
		key := v.rule + "/" + v.resource
		if i, ok := reported[key]; ok {
			c.changes[i].Why += " " + why + "."
			continue
		}
		reported[key] = len(c.changes)
		c.add(Change{
			Class: LostControl, Severity: High, Resource: v.resource, Property: "Guard rule " + v.rule,
			Before: "obeyed", After: "broken at " + orDash(v.path), Why: why + ".", Do: sentence(do),
		})
	}
	c.controlStatements()
	return nil
}

// sentence makes one of what a rule's message says is to be done.
func sentence(text string) string {
	if text == "" {
		return "Read the rule in guard/secureml.guard."
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

type ruleViolation struct{ rule, resource, path, message string }

func (v ruleViolation) same(other ruleViolation) bool {
	return v.rule == other.rule && v.resource == other.resource && v.message == other.message
}

func violations(t inventory.Template) ([]ruleViolation, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	results, err := guard.Check(text)
	if err != nil {
		return nil, err
	}
	var all []ruleViolation
	for _, r := range results {
		for _, v := range r.Violations {
			all = append(all, ruleViolation{r.Rule, v.Resource, v.Path, v.Message})
		}
	}
	return all, nil
}

// controlStatements finds controls whose statements are in no policy of the stack any more.
func (c *comparison) controlStatements() {
	before, after := c.before.statementsByControl(), c.after.statementsByControl()
	for _, control := range controls.Catalogue() {
		if before[control.ID] > 0 && after[control.ID] == 0 {
			c.add(Change{
				Class: LostControl, Severity: High, Property: control.ID, Before: fmt.Sprint(before[control.ID], " statements"), After: "none",
				Why: control.ID + " is in no policy of the stack any more: " + control.Title + ".", Do: "Keep the control, or say what enforces it instead.",
			})
		}
	}
}

func (s side) statementsByControl() map[string]int {
	counts := map[string]int{}
	for _, r := range s.resources {
		found := documents(r)
		for _, h := range listOf(r.Properties["Policies"]) {
			if m, ok := h.(map[string]any); ok {
				found[fmt.Sprint(m["PolicyName"])] = m["PolicyDocument"]
			}
		}
		if strings.HasPrefix(r.Type, "AWS::IAM::") && r.Properties["PolicyDocument"] != nil {
			found["PolicyDocument"] = r.Properties["PolicyDocument"]
		}
		for path, document := range found {
			var p newaccess.Policy
			if p.Add(path, document) != nil {
				continue
			}
			for _, sid := range p.Sids() {
				if id := controls.OfStatement(sid); id != "" {
					counts[id]++
				}
			}
		}
	}
	return counts
}
