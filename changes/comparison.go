package changes

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/secureml/environments/facts"
	"github.com/secureml/environments/inventory"
)

// Placeholders for stacks that leave them open on both sides.
const (
	anyAccount = "000000000000"
	anyRegion  = "us-east-1"
)

// side is one of the two templates.
type side struct {
	stack    inventory.Stack
	resolver inventory.Resolver
	account  string
	// resources by logical id, resolved as far as possible.
	resources map[string]inventory.Resource
}

// newSide resolves a template for the account and region of the other side where its own are open.
func newSide(s, other inventory.Stack) side {
	account, region := cmp.Or(s.Account, other.Account, anyAccount), cmp.Or(s.Region, other.Region, anyRegion)
	out := side{stack: s, resolver: inventory.NewResolver(s, account, region), resources: map[string]inventory.Resource{}}
	out.account, _ = out.resolve(map[string]any{"Ref": "AWS::AccountId"}).(string)
	for id, r := range s.Template.Resources {
		if r.Type == "AWS::CDK::Metadata" {
			continue // it counts the constructs for the CDK's statistics, and is deployed nowhere
		}
		if r.Properties, _ = out.resolve(r.Properties).(map[string]any); r.Properties == nil {
			r.Properties = map[string]any{}
		}
		out.resources[id] = r
	}
	return out
}

// resolve replaces what can be replaced, and leaves functions that nobody can tell the value of as they are.
func (s side) resolve(value any) any {
	switch v := value.(type) {
	case []any:
		out := make([]any, 0, len(v))
		for _, member := range v {
			if !isNoValue(member) {
				out = append(out, s.resolve(member))
			}
		}
		return out
	case map[string]any:
		if isFunction(v) {
			if resolved, err := s.resolver.Resolve(v); err == nil {
				return resolved
			}
		}
		out := map[string]any{}
		for key, member := range v {
			if !isNoValue(member) {
				out[key] = s.resolve(member)
			}
		}
		return out
	}
	return value
}

func isNoValue(value any) bool {
	m, ok := value.(map[string]any)
	return ok && len(m) == 1 && m["Ref"] == "AWS::NoValue"
}

func isFunction(m map[string]any) bool {
	for key := range m {
		return len(m) == 1 && (key == "Ref" || strings.HasPrefix(key, "Fn::"))
	}
	return false
}

// physical is what Ref gives for the resource: its name or id.
func (s side) physical(id string) string {
	text, _ := s.resolve(map[string]any{"Ref": id}).(string)
	return text
}

// pair is one resource on both sides.
type pair struct {
	oldID, id     string
	before, after inventory.Resource
}

func (p pair) renamed() bool { return p.oldID != p.id }

// comparison of two templates of one stack.
type comparison struct {
	before, after side
	// pairs in the order of the newer ids; removed and added are the ids without a counterpart.
	pairs          []pair
	removed, added []string
	changes        []Change
	// ruled is what Guard rules have already reported, by resource: path and message.
	ruled map[string][]string
}

func newComparison(before, after inventory.Stack) *comparison {
	c := &comparison{before: newSide(before, after), after: newSide(after, before), ruled: map[string][]string{}}
	gone := map[string]bool{}
	for id := range c.before.resources {
		gone[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(c.after.resources)) {
		if old, ok := c.before.resources[id]; ok && old.Type == c.after.resources[id].Type {
			c.pairs = append(c.pairs, pair{id, id, old, c.after.resources[id]})
			delete(gone, id)
		} else {
			c.added = append(c.added, id)
		}
	}
	c.removed = slices.Sorted(maps.Keys(gone))
	c.findRenamed()
	return c
}

// findRenamed pairs resources that have another logical id and are the same otherwise: by physical name, or in every
// property.
func (c *comparison) findRenamed() {
	c.added = slices.DeleteFunc(c.added, func(id string) bool {
		r := c.after.resources[id]
		i := slices.IndexFunc(c.removed, func(old string) bool { return c.same(old, id) })
		if i < 0 {
			return false
		}
		c.pairs = append(c.pairs, pair{c.removed[i], id, c.before.resources[c.removed[i]], r})
		c.removed = slices.Delete(c.removed, i, i+1)
		return true
	})
}

func (c *comparison) same(old, id string) bool {
	a, b := c.before.resources[old], c.after.resources[id]
	if a.Type != b.Type {
		return false
	}
	if name := explicitName(a); name != "" && name == explicitName(b) {
		return true
	}
	raw, newRaw := c.before.stack.Template.Resources[old].Properties, c.after.stack.Template.Resources[id].Properties
	return len(raw) > 0 && canonical(raw) == canonical(newRaw)
}

// explicitName is the physical name that the template chooses, empty where AWS chooses.
func explicitName(r inventory.Resource) string {
	known, _ := facts.LookupResourceType(r.Type)
	names := known.Identifier
	// The identifier of some types, managed policies among them, is an ARN that follows from the name.
	short := r.Type[strings.LastIndex(r.Type, ":")+1:]
	if own := short + "Name"; slices.Contains(known.Replace, own) {
		names = append(names, own)
	}
	var parts []string
	for _, property := range names {
		if value, ok := r.Properties[property].(string); ok {
			parts = append(parts, value)
		}
	}
	return strings.Join(slices.Compact(parts), "|")
}

// add records a change, and fills in what it leaves out.
func (c *comparison) add(change Change) {
	change.Stack = c.after.stack.ID
	r, ok := c.after.resources[change.Resource]
	if !ok {
		r = c.before.resources[change.Resource]
	}
	change.Type = r.Type
	change.Path = r.ConstructPath()
	if change.detail == "" {
		change.detail = change.Before + "\n" + change.After
	}
	change.detail = digest(change.detail)
	change.Before, change.After = short(change.Before), short(change.After)
	c.changes = append(c.changes, change)
}
