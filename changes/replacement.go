package changes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/secureml/environments/facts"
	"github.com/secureml/environments/inventory"
)

// replacements finds resources that CloudFormation makes anew. One replacement causes others: whatever refers to the
// resource in a property that cannot be changed is replaced too.
func (c *comparison) replacements() {
	replaced := map[string]bool{}
	var waiting []pair
	for _, p := range c.pairs {
		switch {
		case p.renamed():
			c.addRenamed(p)
			replaced[p.id] = true
		case c.addReplaced(p):
			replaced[p.id] = true
		default:
			waiting = append(waiting, p)
		}
	}
	for found := true; found; {
		found = false
		waiting = slices.DeleteFunc(waiting, func(p pair) bool {
			property, cause := c.follows(p, replaced)
			if cause == "" {
				return false
			}
			found, replaced[p.id] = true, true
			c.addReplacement(p, property, cause, cause+", made anew", true,
				fmt.Sprintf("%s refers to %s, which is itself replaced.", property, cause))
			return true
		})
	}
}

// addReplaced records a replacement that the resource's own properties cause, and tells whether it is certain.
func (c *comparison) addReplaced(p pair) bool {
	known, ok := facts.LookupResourceType(p.after.Type)
	if !ok {
		c.addUnknown(p)
		return false
	}
	if changed := changedAt(p, known.Replace); changed != nil {
		c.addReplacement(p, strings.Join(changed, ", "), values(p.before, changed), values(p.after, changed), true,
			"CloudFormation cannot change "+strings.Join(changed, " or ")+" of a "+p.after.Type+".")
		return true
	}
	if changed := changedAt(p, known.MayReplace); changed != nil {
		c.addReplacement(p, strings.Join(changed, ", "), values(p.before, changed), values(p.after, changed), false,
			"Whether CloudFormation can change "+strings.Join(changed, " and ")+" in place depends on the values.")
	}
	return false
}

func changedAt(p pair, paths []string) []string {
	var changed []string
	for _, path := range paths {
		if canonical(at(p.before.Properties, path)) != canonical(at(p.after.Properties, path)) {
			changed = append(changed, path)
		}
	}
	return changed
}

func values(r inventory.Resource, paths []string) string {
	var all []string
	for _, path := range paths {
		all = append(all, text(at(r.Properties, path)))
	}
	return strings.Join(all, "; ")
}

// follows returns a property that cannot be changed and refers to a replaced resource.
func (c *comparison) follows(p pair, replaced map[string]bool) (property, cause string) {
	known, _ := facts.LookupResourceType(p.after.Type)
	raw := c.after.stack.Template.Resources[p.id].Properties
	for _, path := range known.Replace {
		for _, value := range at(raw, path) {
			for _, id := range references(value) {
				if replaced[id] {
					return path, id
				}
			}
		}
	}
	return "", ""
}

func (c *comparison) addReplacement(p pair, property, before, after string, certain bool, why string) {
	held, holds := holdsData[p.after.Type]
	change := Change{Class: Replacement, Severity: Medium, Resource: p.id, Property: property, Before: before, After: after, Why: why}
	if !certain {
		change.Why += " Then the resource is made anew."
	}
	switch {
	case holds && keeps(p.after.UpdateReplacePolicy) || holds && !certain:
		change.Severity = High
	case holds:
		change.Severity = Critical
	case renewed[p.after.Type]:
		change.Severity = Low
	}
	if holds {
		change.Why += " It holds " + held + "; the new one is empty."
		change.Do = afterwards(p.after.UpdateReplacePolicy, "UpdateReplacePolicy")
	} else {
		change.Do = "Expect an interruption, and a new physical id for whatever refers to the resource by it."
	}
	if name := explicitName(p.after); name != "" && name == explicitName(p.before) {
		change.Do = "CloudFormation refuses to replace a resource that keeps its explicit name: undo the change, or rename it. " + change.Do
	}
	c.add(change)
}

func keeps(policy string) bool { return strings.HasPrefix(policy, "Retain") || policy == "Snapshot" }

func afterwards(policy, attribute string) string {
	switch {
	case strings.HasPrefix(policy, "Retain"):
		return "Undo the change, or move the data: the old resource stays, outside the stack (" + attribute + " is " + policy + ")."
	case policy == "Snapshot":
		return "Undo the change, or restore the data from the snapshot that is taken."
	}
	return "Undo the change. The old resource is deleted (" + attribute + " is not Retain): save the data first if it must be."
}

func (c *comparison) addRenamed(p pair) {
	change := Change{
		Class: Replacement, Severity: Medium, Resource: p.id, Property: "logical id", Before: p.oldID, After: p.id,
		Why: "Another logical id is another resource to CloudFormation: it makes this one anew and removes the old one.",
		Do:  "Keep the logical id (OverrideLogicalId), or refactor the stack (cdk refactor), which moves the resource.",
	}
	if held, ok := holdsData[p.after.Type]; ok {
		change.Severity = severityOfLoss(p.before)
		change.Why += " It holds " + held + "."
	} else if renewed[p.after.Type] && explicitName(p.after) == "" {
		change.Severity = Low
	}
	if explicitName(p.after) != "" && explicitName(p.after) == explicitName(p.before) {
		change.Why += " The name is taken while the old one is there, so the update fails."
	}
	c.add(change)
}

func severityOfLoss(r inventory.Resource) Severity {
	if keeps(r.DeletionPolicy) {
		return High
	}
	return Critical
}

// addUnknown records a change of a resource of which nobody knows what replaces it.
func (c *comparison) addUnknown(p pair) {
	if canonical(p.before.Properties) == canonical(p.after.Properties) {
		return
	}
	do := "Refresh the facts (go run -C tools/facts .), or look in the template reference which properties replace it."
	if isCustom(p.after.Type) {
		do = "Look whether its provider returns another physical id after this change: then it deletes the old one."
	}
	c.add(Change{
		Class: Replacement, Severity: Medium, Resource: p.id, Why: "Nothing is known about replacing a " + p.after.Type + ", so it may be.", Do: do,
	})
}

func isCustom(kind string) bool {
	return strings.HasPrefix(kind, "Custom::") || kind == "AWS::CloudFormation::CustomResource"
}

// removals finds resources that are deleted, or may be because they depend on another condition than before.
func (c *comparison) removals() {
	for _, id := range c.removed {
		r := c.before.resources[id]
		change := Change{
			Class: Removal, Severity: Medium, Resource: id, Before: text(explicitName(r)), Why: "The resource is deleted, and whatever uses it stops.",
			Do: "Make sure that nothing uses it.",
		}
		if kind := c.after.resources[id].Type; kind != "" {
			change.Property, change.Before, change.After = "Type", r.Type, kind
			change.Why = "A logical id cannot change its type: the update fails."
			change.Do = "Give the new resource another id."
		}
		if held, ok := holdsData[r.Type]; ok {
			change.Severity = severityOfLoss(r)
			change.Why = "It holds " + held + "."
			change.Do = afterwards(r.DeletionPolicy, "DeletionPolicy")
		} else if renewed[r.Type] {
			change.Severity = Low
		}
		c.add(change)
		c.changes[len(c.changes)-1].Type = r.Type
	}
	for _, p := range c.pairs {
		if p.after.Condition == p.before.Condition || p.after.Condition == "" {
			continue
		}
		severity := Medium
		if _, ok := holdsData[p.after.Type]; ok {
			severity = severityOfLoss(p.before)
		}
		c.add(Change{
			Class: Removal, Severity: severity, Resource: p.id, Property: "Condition", Before: p.before.Condition, After: p.after.Condition,
			Why: "The resource is deleted where the condition is false.", Do: "Make sure that the condition holds wherever the stack is deployed.",
		})
	}
}
