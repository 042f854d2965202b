package changes

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/secureml/environments/inventory"
)

// holding is a policy document that a role has, and where it stands.
type holding struct {
	// id of the resource that holds the document, and the property.
	id, property string
	document     any
}

func (h holding) key() string { return h.id + "/" + h.property }

// role is a role with all documents that decide what it may do.
type role struct {
	id       string
	resource inventory.Resource
	// boundary is the ARN or the unresolved reference in canonical form, empty for none.
	boundary string
	identity []holding
	// foreign are attached policies that the template does not hold.
	foreign []string
}

// documentsByARN are the managed policies of the template.
func (s side) documentsByARN() map[string]holding {
	out := map[string]holding{}
	for id, r := range s.resources {
		if r.Type == "AWS::IAM::ManagedPolicy" {
			out[s.physical(id)] = holding{id, "PolicyDocument", r.Properties["PolicyDocument"]}
		}
	}
	return out
}

// roles returns the roles by logical id, with every way of attaching a policy.
func (s side) roles() map[string]*role {
	managed := s.documentsByARN()
	out, byName := map[string]*role{}, map[string]*role{}
	for id, r := range s.resources {
		if r.Type != "AWS::IAM::Role" {
			continue
		}
		one := &role{id: id, resource: r}
		if b := r.Properties["PermissionsBoundary"]; b != nil {
			one.boundary = reference(b)
		}
		for _, arn := range listOf(r.Properties["ManagedPolicyArns"]) {
			one.attach(managed, reference(arn))
		}
		for i, inline := range listOf(r.Properties["Policies"]) {
			body, _ := inline.(map[string]any)
			name := fmt.Sprint(i)
			if given, ok := body["PolicyName"].(string); ok {
				name = given
			}
			one.identity = append(one.identity, holding{id, "Policies." + name, body["PolicyDocument"]})
		}
		out[id], byName[s.physical(id)] = one, one
	}
	for _, id := range slices.Sorted(maps.Keys(s.resources)) {
		r := s.resources[id]
		var names []any
		switch r.Type {
		case "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy":
			names = listOf(r.Properties["Roles"])
		case "AWS::IAM::RolePolicy":
			names = []any{r.Properties["RoleName"]}
		}
		for _, name := range names {
			if one := byName[reference(name)]; one != nil {
				one.identity = append(one.identity, holding{id, "PolicyDocument", r.Properties["PolicyDocument"]})
			}
		}
	}
	return out
}

func (r *role) attach(managed map[string]holding, arn string) {
	if h, ok := managed[arn]; ok {
		r.identity = append(r.identity, h)
	} else {
		r.foreign = append(r.foreign, arn)
	}
}

func listOf(value any) []any {
	list, _ := value.([]any)
	return list
}

// reference is the text of a resolved reference, or what identifies one that is not resolved.
func reference(value any) string {
	if resolved, ok := value.(string); ok {
		return resolved
	}
	return canonical(value)
}

// privileges compares what every role may do, and who may use every resource.
func (c *comparison) privileges() {
	before, after := c.before.roles(), c.after.roles()
	oldDocuments, newDocuments := c.before.documentsByARN(), c.after.documentsByARN()
	oldID := map[string]string{}
	for _, p := range c.pairs {
		oldID[p.id] = p.oldID
	}
	for _, id := range slices.Sorted(maps.Keys(after)) {
		is, was := after[id], before[oldID[id]]
		if was == nil {
			c.addNewRole(is, before)
			continue
		}
		c.compareIdentity(was, is, oldID)
		c.compareBoundary(was, is, oldDocuments, newDocuments)
		c.compareSession(was, is)
	}
	c.mergeRoles()
	c.resourcePolicies()
}

// addNewRole records a role that was not there. One more of a persona that exists, inside a boundary, is everyday; a new
// kind of role is not.
func (c *comparison) addNewRole(r *role, before map[string]*role) {
	tags := inventory.Tags(r.resource)
	persona := tags[personaTag]
	known := persona != "" && slices.ContainsFunc(slices.Collect(maps.Values(before)), func(other *role) bool {
		return inventory.Tags(other.resource)[personaTag] == persona
	})
	change := Change{
		Class: WidenedPrivilege, Severity: Medium, Resource: r.id, After: "a new role", Do: "Read its policies and its trust.",
		Why: "A new role may do what its policies allow, inside its boundary.",
	}
	switch {
	case r.boundary == "":
		change.Severity, change.Property = High, "PermissionsBoundary"
		change.Why, change.Do = "A new role without a permissions boundary may do whatever its policies ever allow.", "Give it the boundary of its environment."
	case known || len(c.before.resources) == 0:
		change.Severity = Low
		change.Why = "One more role for persona " + persona + ", inside the boundary."
	}
	if len(c.before.resources) == 0 && r.boundary != "" {
		return // a new stack is made of new roles
	}
	c.add(change)
}

// compareSession finds sessions that last longer.
func (c *comparison) compareSession(was, is *role) {
	before, after := number(at(was.resource.Properties, "MaxSessionDuration")), number(at(is.resource.Properties, "MaxSessionDuration"))
	const seconds = 3600 // the default of IAM
	if before == nil {
		before = ref(seconds)
	}
	if after == nil {
		after = ref(seconds)
	}
	if *after > *before {
		c.add(Change{
			Class: WidenedPrivilege, Severity: Medium, Resource: is.id, Property: "MaxSessionDuration",
			Before: fmt.Sprint(*before), After: fmt.Sprint(*after),
			Why: "Credentials that leak are valid for longer.", Do: "Keep the sessions as short as the work needs.",
		})
	}
}

func ref(v float64) *float64 { return &v }

// mergeRoles makes one change of those that differ only in the role that carries a shared policy.
func (c *comparison) mergeRoles() {
	merged := map[string]int{}
	var kept []Change
	for _, change := range c.changes {
		text, names, isShared := strings.Cut(change.Why, carriedBy)
		if !isShared {
			kept = append(kept, change)
			continue
		}
		key := fmt.Sprintf("%s|%s|%s|%s|%s", change.Class, change.Resource, change.Property, change.After, text)
		if i, ok := merged[key]; ok {
			kept[i].Why = strings.TrimSuffix(kept[i].Why, ".") + ", " + names
			continue
		}
		merged[key] = len(kept)
		kept = append(kept, change)
	}
	c.changes = kept
}
