package changes

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/secureml/environments/inventory"
)

// Class of a change.
type Class string

// The classes.
const (
	// Replacement: CloudFormation makes a new resource and removes the old one.
	Replacement Class = "replacement"
	// Removal: the resource, or the whole stack, is not in the newer templates.
	Removal Class = "removal"
	// WidenedPrivilege: a policy, boundary or trust allows more or denies less.
	WidenedPrivilege Class = "widened-privilege"
	// LostControl: a control, a Guard rule or a protective setting held before and does not now.
	LostControl Class = "lost-control"
	// PublicSurface: something is reached by, or reaches, whom it did not before: a network, another account.
	PublicSurface Class = "public-surface"
)

// Severity of a change. Higher is worse.
type Severity int

// The severities.
const (
	// Low: nothing is lost. It is told so that nobody is surprised, and never refused.
	Low Severity = iota + 1
	// Medium: work may be interrupted, or somebody gains a little.
	Medium
	// High: a guard is weaker, or data stays behind, outside the stack.
	High
	// Critical: data or keys are deleted, or the outside gets in.
	Critical
)

func (s Severity) String() string {
	if s < Low || s > Critical {
		return fmt.Sprintf("Severity(%d)", int(s))
	}
	return [...]string{"low", "medium", "high", "critical"}[s-Low]
}

// Change is one finding.
type Change struct {
	Class    Class
	Severity Severity
	// Stack is the stack's id in the assembly.
	Stack string
	// Resource is the logical id, Type its type; both are empty when the change is about the stack.
	Resource, Type string
	// Path is the construct's path, empty where the templates do not hold it.
	Path string
	// Property that changed, as a path with dots; a policy's statement follows in brackets. It may be several, separated
	// by commas, and is empty when the change is about the resource as a whole.
	Property string
	// Before and After are the values in short, empty where there is none.
	Before, After string
	// Why it matters, and what to do; one sentence or two each.
	Why, Do string
	// detail is the whole of what changed, for telling one change from the next of the same property.
	detail string
}

// Refused tells whether the change needs an acknowledgement.
func (c Change) Refused() bool { return c.Severity >= Medium }

// Compare returns what the newer assembly does to the older one, the worst first. Stacks are the same when they have the
// same id in their assemblies.
func Compare(before, after inventory.Assembly) ([]Change, error) {
	var all []Change
	newer := map[string]inventory.Stack{}
	for _, s := range after.Stacks {
		newer[s.ID] = s
	}
	for _, old := range before.Stacks {
		s, ok := newer[old.ID]
		delete(newer, old.ID)
		if !ok {
			all = append(all, Change{
				Class: Removal, Severity: High, Stack: old.ID, Before: fmt.Sprintf("%d resources", len(old.Template.Resources)),
				Why: "The stack is no longer in the assembly. It stays deployed, with all it grants, and nobody updates it.",
				Do:  "Keep the project or environment in the configuration, or delete the stack on purpose and name what may go.",
			})
			continue
		}
		found, err := CompareStack(old, s)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	for _, s := range after.Stacks {
		if _, isNew := newer[s.ID]; !isNew {
			continue
		}
		found, err := CompareStack(inventory.Stack{ID: s.ID, Name: s.Name, Account: s.Account, Region: s.Region}, s)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	sortChanges(all)
	return all, nil
}

// CompareStack returns what the newer template does to a stack, the worst first. Placeholders stand for the account and
// region where the stack leaves them open. It fails when a template cannot be written as JSON, or Guard cannot read it.
func CompareStack(before, after inventory.Stack) ([]Change, error) {
	c := newComparison(before, after)
	c.target()
	c.replacements()
	c.removals()
	c.privileges()
	c.surface()
	if err := c.rules(); err != nil {
		return nil, fmt.Errorf("%s: %w", after.ID, err)
	}
	c.settings()
	sortChanges(c.changes)
	return c.changes, nil
}

// target finds a stack that is deployed to another place: CloudFormation makes all of it anew there.
func (c *comparison) target() {
	old, current := c.before.stack, c.after.stack
	was, is := place(old), place(current)
	same := old.Name == current.Name && maybeSame(old.Account, current.Account) && maybeSame(old.Region, current.Region)
	if same || len(old.Template.Resources) == 0 {
		return
	}
	c.add(Change{
		Class: Replacement, Severity: High, Property: "stack name, account, region", Before: was, After: is,
		Why: "A stack with another name, account or region is another stack: everything in it is made anew and empty, the old one stays.",
		Do:  "Keep the target, or move the data and delete the old stack yourself.",
	})
}

// maybeSame holds for values of which one is open.
func maybeSame(a, b string) bool { return a == b || a == "" || b == "" }

func place(s inventory.Stack) string { return s.Name + " in " + s.Account + "/" + s.Region }

func sortChanges(all []Change) {
	slices.SortFunc(all, func(a, b Change) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Stack, b.Stack),
			cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Property, b.Property), cmp.Compare(a.After, b.After), cmp.Compare(a.Before, b.Before))
	})
}
