package changes

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/policy"
	"github.com/secureml/environments/policy/newaccess"
)

// withoutPolicy is what holds where a resource of the type has no policy. Others then admit only what identity policies
// allow. Sources: AWS PrivateLink Guide, "Default endpoint policy"; AWS KMS Developer Guide, "Default key policy".
func withoutPolicy(kind, account string) any {
	allow := func(principal any, action string) any {
		return map[string]any{"Statement": []any{map[string]any{
			"Sid": "Default", "Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*",
		}}}
	}
	switch kind {
	case "AWS::EC2::VPCEndpoint":
		return allow("*", "*")
	case "AWS::KMS::Key", "AWS::KMS::ReplicaKey":
		return allow(map[string]any{"AWS": account}, "kms:*")
	}
	return nil
}

// resourcePolicies compares the policies of buckets, keys, endpoints, roles and whatever else carries one.
func (c *comparison) resourcePolicies() {
	for _, p := range c.pairs {
		before, after := documents(p.before), documents(p.after)
		for _, path := range slices.Sorted(maps.Keys(union(before, after))) {
			old, current := before[path], after[path]
			if old == nil {
				old = withoutPolicy(p.after.Type, c.before.account)
			}
			if current == nil {
				current = withoutPolicy(p.after.Type, c.after.account)
			}
			if canonical(old) != canonical(current) {
				c.addPolicyChanges(p.id, path, old, current, after[path] == nil)
			}
		}
	}
	for _, id := range c.removed {
		r := c.before.resources[id]
		if c.policyOfOther(r, c.before.stack.Template.Resources[id], c.after) {
			for path, document := range documents(r) {
				c.addPolicyChanges(id, path, document, nil, true)
			}
		}
	}
	for _, id := range c.added {
		r := c.after.resources[id]
		existing := c.policyOfOther(r, c.after.stack.Template.Resources[id], c.before)
		for path, document := range documents(r) {
			if existing {
				c.addPolicyChanges(id, path, nil, document, false)
			} else {
				c.addForeign(id, path, newaccess.Check(newaccess.Policy{}, parsed(path, document)), nil)
			}
		}
	}
}

// documents finds the policy documents in a resource's properties, by their path: whatever has statements with effects.
// Policies of an identity are compared with their roles.
func documents(r inventory.Resource) map[string]any {
	out := map[string]any{}
	switch r.Type {
	case "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy":
		return out
	case "AWS::IAM::Role":
		out["AssumeRolePolicyDocument"] = r.Properties["AssumeRolePolicyDocument"]
		return out
	}
	findDocuments("", r.Properties, out)
	return out
}

func findDocuments(path string, value any, out map[string]any) {
	var p newaccess.Policy
	if p.Add(path, value) == nil {
		out[path] = value
		return
	}
	if m, ok := value.(map[string]any); ok {
		for name, member := range m {
			findDocuments(strings.TrimPrefix(path+"."+name, "."), member, out)
		}
	}
}

func union(a, b map[string]any) map[string]any {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

func parsed(path string, document any) newaccess.Policy {
	var p newaccess.Policy
	if err := p.Add(path, document); err != nil {
		return newaccess.Policy{} // findDocuments took only what parses
	}
	return p
}

// policyOfOther tells whether the resource is nothing but a policy of another one, which the other side has too.
func (c *comparison) policyOfOther(r, raw inventory.Resource, other side) bool {
	if !strings.HasSuffix(r.Type, "Policy") {
		return false
	}
	for name, value := range raw.Properties {
		if strings.HasPrefix(name, "Policy") {
			continue
		}
		for _, id := range references(value) {
			if _, ok := other.resources[id]; ok {
				return true
			}
		}
	}
	return false
}

func (c *comparison) addPolicyChanges(id, path string, old, current any, gone bool) {
	r := c.after.resources[id]
	if gone && r.Type == "AWS::EC2::VPCEndpoint" {
		c.add(Change{
			Class: PublicSurface, Severity: Critical, Resource: id, Property: path, Before: "a policy", After: "none",
			Why: "An endpoint without a policy lets any credentials reach any account.", Do: "Give the endpoint its policy again.",
		})
		return
	}
	found := c.documentAccess(id, path, old, current)
	var before newaccess.Policy
	if old != nil {
		before = parsed(path, old)
	}
	found = c.addForeign(id, path, found, before.AllowedPrincipals())
	for _, access := range found {
		c.add(c.accessChange(id, path, access))
	}
}

// addForeign records principals of other accounts that were not admitted before, and returns the rest of the access.
func (c *comparison) addForeign(id, path string, found []newaccess.Access, known []string) []newaccess.Access {
	return slices.DeleteFunc(found, func(access newaccess.Access) bool {
		if access.Effect != policy.Allow {
			return false
		}
		// Everybody is whom an endpoint serves; who may come, and where to, is compared like any other condition.
		endpoint := c.after.resources[id].Type == "AWS::EC2::VPCEndpoint"
		i := slices.IndexFunc(access.Principals, func(p string) bool {
			return c.foreign(p, access.Conditional) && !slices.Contains(known, p) && !(endpoint && p == "*")
		})
		if i < 0 {
			return false
		}
		change := c.accessChange(id, path, access)
		change.Class, change.Severity = PublicSurface, Critical
		change.After = fmt.Sprintf("%s for %s", change.After, access.Principals[i])
		change.Why = "Somebody outside the account is admitted. " + change.Why
		if access.Conditional {
			change.Severity = High
		}
		change.Do = "Admit roles of the own account, or say in an acknowledgement who is admitted and why."
		c.add(change)
		return true
	})
}

// foreign tells whether a principal is outside the account. Everybody is, unless the statement has conditions, which are
// compared like any others; AWS services and identity providers are not accounts.
func (c *comparison) foreign(principal string, conditional bool) bool {
	if principal == "*" {
		return !conditional
	}
	rest, isAccount := strings.CutPrefix(principal, "AWS:")
	account, _, _ := strings.Cut(rest, ":")
	return isAccount && account != c.after.account && !strings.HasPrefix(account, "${") && account != ""
}
