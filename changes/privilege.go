package changes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/policy"
	"github.com/secureml/environments/policy/newaccess"
)

const (
	personaTag = controls.TagPersona
	// carriedBy stands before the roles that carry a shared policy.
	carriedBy = " Carried by "
)

// compareIdentity compares all identity policies of a role together, because a statement may move from one document to
// another. What comes or goes with a whole policy is one change.
func (c *comparison) compareIdentity(was, is *role, oldID map[string]string) {
	c.compareForeign(was, is)
	before, unread := read(was.identity)
	after, alsoUnread := read(is.identity)
	if len(unread)+len(alsoUnread) > 0 && signature(was.identity) != signature(is.identity) {
		c.add(unreadable(is.id, "Policies"))
	}
	if signature(was.identity) == signature(is.identity) {
		return
	}
	attached, kept := map[string]holding{}, map[string]bool{}
	for _, h := range was.identity {
		attached[h.key()] = h
	}
	for _, h := range is.identity {
		old := holding{oldID[h.id], h.property, nil}
		kept[old.key()], kept[h.key()] = attached[old.key()].id != "", attached[old.key()].id != ""
	}
	whole := map[string]int{}
	for _, access := range newaccess.Check(before, after) {
		id, property, _ := strings.Cut(access.Document, "/")
		change := c.accessChange(is.id, "Policies", access)
		switch {
		case id == was.id || id == is.id:
			change.Property = fmt.Sprintf("%s[%s]", property, access.Sid)
		case kept[access.Document]:
			change.Resource, change.Property = id, fmt.Sprintf("%s[%s]", property, access.Sid)
			change.Why += carriedBy + is.id + "."
		default:
			// The policy as a whole was attached or detached.
			if i, ok := whole[access.Document]; ok {
				c.changes[i].Why = strings.TrimSuffix(c.changes[i].Why, ".") + "; and more."
				continue
			}
			whole[access.Document] = len(c.changes)
			change.Property = "ManagedPolicyArns[" + id + "]"
		}
		c.add(change)
	}
}

func read(all []holding) (p newaccess.Policy, unread []holding) {
	for _, h := range all {
		if err := p.Add(h.key(), h.document); err != nil {
			unread = append(unread, h)
		}
	}
	return p, unread
}

// signature is equal for holdings with equal documents.
func signature(all []holding) string {
	var documents []string
	for _, h := range all {
		documents = append(documents, canonical(h.document))
	}
	slices.Sort(documents)
	return strings.Join(documents, "\n")
}

func unreadable(id, property string) Change {
	return Change{
		Class: WidenedPrivilege, Severity: High, Resource: id, Property: property,
		Why: "A policy changed that is no document in the template, so nobody has shown that it allows no more.",
		Do:  "Write the document into the template, or read both versions yourself.",
	}
}

// compareForeign compares attached policies that the template does not hold.
func (c *comparison) compareForeign(was, is *role) {
	for _, arn := range is.foreign {
		if !slices.Contains(was.foreign, arn) {
			c.add(Change{
				Class: WidenedPrivilege, Severity: High, Resource: is.id, Property: "ManagedPolicyArns", After: arn,
				Why: "The policy is not in the template, so nobody has shown what it allows; AWS changes its own policies.",
				Do:  "Grant the actions that the role needs in a policy of the environment.",
			})
		}
	}
	for _, arn := range was.foreign {
		if !slices.Contains(is.foreign, arn) {
			c.add(Change{
				Class: WidenedPrivilege, Severity: Medium, Resource: is.id, Property: "ManagedPolicyArns", Before: arn,
				Why: "The policy is not in the template; if it denied something, that is allowed now.", Do: "Read the policy that goes.",
			})
		}
	}
}

// compareBoundary finds a boundary that is gone, exchanged for one that nobody can read, or wider.
func (c *comparison) compareBoundary(was, is *role, oldDocuments, newDocuments map[string]holding) {
	const property = "PermissionsBoundary"
	old, known := oldDocuments[was.boundary]
	current, alsoKnown := newDocuments[is.boundary]
	switch {
	case was.boundary == "":
		return
	case is.boundary == "":
		c.add(Change{
			Class: WidenedPrivilege, Severity: Critical, Resource: is.id, Property: property, Before: was.boundary,
			Why: "Without its boundary the role may do whatever its policies ever allow, and may be used to make roles without one.",
			Do:  "Give the role its boundary again.",
		})
		return
	case !known && !alsoKnown && was.boundary == is.boundary:
		return
	case !known || !alsoKnown:
		change := unreadable(is.id, property)
		change.Before, change.After = was.boundary, is.boundary
		c.add(change)
		return
	case canonical(old.document) == canonical(current.document):
		return
	}
	for _, access := range c.documentAccess(is.id, property, old.document, current.document) {
		change := c.accessChange(current.id, "PolicyDocument", access)
		change.Why = strings.TrimSuffix(change.Why, ".") + ", in a permissions boundary." + carriedBy + is.id + "."
		c.add(change)
	}
}

// documentAccess compares two documents; one that is nil allows and denies nothing.
func (c *comparison) documentAccess(id, property string, old, current any) []newaccess.Access {
	var before, after newaccess.Policy
	for _, side := range []struct {
		policy   *newaccess.Policy
		document any
	}{{&before, old}, {&after, current}} {
		if side.document == nil {
			continue
		}
		if err := side.policy.Add(property, side.document); err != nil {
			c.add(unreadable(id, property))
			return nil
		}
	}
	return newaccess.Check(before, after)
}

// accessChange describes new access.
func (c *comparison) accessChange(id, property string, access newaccess.Access) Change {
	change := Change{
		Class: WidenedPrivilege, Severity: High, Resource: id, Property: fmt.Sprintf("%s[%s]", property, access.Sid),
		detail: access.Text, Do: "Narrow the statement, or say in an acknowledgement who needs it and why.",
	}
	actions := actionList(access)
	if access.Effect == policy.Allow {
		change.After = "allows " + actions
		change.Why = "Now allowed: " + access.Example + "."
	} else {
		change.Before, change.After = "denied "+actions, "no longer denied"
		change.Why = "No longer denied: " + access.Example + "."
		change.Do = "Keep the deny, or say in an acknowledgement what else stops the request."
	}
	if !access.Proven {
		change.Why = "Nobody has shown that this is nothing new: " + access.Example + "."
	}
	if control, ok := controls.Lookup(controls.OfStatement(access.Sid)); ok {
		change.Why += " The statement belongs to " + control.ID + ": " + control.Title + "."
	}
	return change
}

// actionList names some actions, those of the example's service first: a policy that leaves actions out means all others.
func actionList(access newaccess.Access) string {
	const shown = 3
	service, _, _ := strings.Cut(access.Example, ":")
	names := slices.Clone(access.Actions)
	slices.SortStableFunc(names, func(a, b string) int {
		return strings.Compare(strconv.FormatBool(strings.HasPrefix(b, service+":")), strconv.FormatBool(strings.HasPrefix(a, service+":")))
	})
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
}
