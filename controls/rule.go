package controls

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/secureml/environments/policy"
	"github.com/secureml/environments/policy/authorization"
)

// Rule demands something of the SageMaker requests that carry a condition key. The actions are not written down: they
// are all mutating actions that carry the key according to the authorization reference, so an action that
// gains the key is covered by the next refresh, and no action is denied over a key that it never carries.
type Rule struct {
	// Key with its prefix: sagemaker:VpcSubnets.
	Key string
	// Name tells rules of one control about the same key apart in statement ids; empty where there is only one.
	Name string
	// Must is what the value has to be.
	Must Must
	// Only limits the rule to these actions, where one key means different things; nil means all that carry the key.
	Only []string
	// Skip are actions that the rule leaves out altogether, with the reason.
	Skip map[string]string
	// Absent says, by action, what a request without the key means. An action that is not listed is refused without
	// the key, unless Must itself is about absence.
	Absent map[string]Absence
	// Applies limits the rule to some environments; nil means all.
	Applies func(Environment) bool
}

// Absence is the meaning of a request that does not hold the key.
type Absence struct {
	// Why the request may lack the key.
	Why string
	// Label ends the statement id of the refusals.
	Label string
	// Refused lists condition sets, any of which makes the absence a breach all the same. None: it is tolerated.
	Refused [][]policy.Condition
}

func tolerated(why string) Absence { return Absence{Why: why} }

// Must is the demand of a rule. Exactly one of its fields is set.
type Must struct {
	// OneOf: every value of the key is one of these.
	OneOf func(Environment) []string
	// Like: every value of the key matches one of these patterns.
	Like func(Environment) []string
	// True: the key is true.
	True bool
	// NotTrue: the key is false or absent.
	NotTrue bool
	// Unset: the key is absent.
	Unset bool
	// AtMost: the number is not larger.
	AtMost func(Environment) int
	// Default, with AtMost, is what the service takes when the key is absent; 0 if that is never too much.
	Default int
}

// Actions returns the actions that the rule covers, in alphabetical order.
func (r Rule) Actions() []string {
	var names []string
	for _, name := range authorization.ActionsWithKey("sagemaker", r.Key) {
		a, _ := authorization.LookupAction(name)
		_, skipped := r.Skip[name]
		if a.Mutates() && !skipped && (r.Only == nil || slices.Contains(r.Only, name)) {
			names = append(names, name)
		}
	}
	return names
}

// Statements returns the denies that enforce the rule for the control with the given id.
func (r Rule) Statements(id string, e Environment) []policy.Statement {
	if r.Applies != nil && !r.Applies(e) {
		return nil
	}
	key, ok := authorization.LookupKey(r.Key)
	if !ok {
		panic(fmt.Sprintf("control %s: condition key %s does not exist", id, r.Key)) // kept out by the catalogue's tests
	}
	d := denier{rule: r, key: key, name: sid(id, r.Name+keyName(r.Key))}
	m := r.Must
	switch {
	case m.OneOf != nil:
		d.values("Equals", m.OneOf(e))
	case m.Like != nil:
		d.values("Like", m.Like(e))
	case m.True:
		d.mustBeTrue()
	case m.NotTrue:
		d.deny("True", r.Actions(), condition("Bool", r.Key, "true"))
	case m.Unset:
		d.deny("Set", r.Actions(), condition("Null", r.Key, "false"))
	case m.AtMost != nil:
		d.atMost(m.AtMost(e))
	}
	return d.statements
}

func keyName(key string) string {
	_, name, _ := strings.Cut(key, ":")
	return strings.Map(func(r rune) rune {
		if r == '/' || r == ':' || r == '.' || r == '-' {
			return -1
		}
		return r
	}, name)
}

func condition(operator, key string, values ...string) policy.Condition {
	return policy.Condition{Operator: operator, Key: key, Values: values}
}

// denier collects the statements of one rule.
type denier struct {
	rule       Rule
	key        authorization.Key
	name       string
	statements []policy.Statement
}

func (d *denier) deny(suffix string, actions []string, conditions ...policy.Condition) {
	if len(actions) == 0 {
		return
	}
	d.statements = append(d.statements, policy.Statement{
		Sid: d.name + suffix, Effect: policy.Deny, Actions: actions, Resources: []string{"*"}, Conditions: conditions,
	})
}

// operator returns the negated operator for the key's type: a negated operator is true for a missing key.
func (d *denier) operator(comparison string) string {
	if d.key.Type == authorization.ARN {
		return "ArnNot" + comparison
	}
	return "StringNot" + comparison
}

// values denies foreign values and, where refused, their absence.
//
// A key with several values is compared with ForAnyValue, which catches one foreign value among good ones but is
// false for a missing or empty key; ForAllValues with a negated operator is true for exactly those two.
func (d *denier) values(comparison string, allowed []string) {
	required, special := d.rule.byAbsence()
	if d.key.Many {
		d.deny("Foreign", d.rule.Actions(), condition("ForAnyValue:"+d.operator(comparison), d.rule.Key, allowed...))
		missing := condition("ForAllValues:StringNotLike", d.rule.Key, "*")
		d.deny("Missing", required, missing)
		d.denyAbsences(special, missing)
		return
	}
	foreign := condition(d.operator(comparison), d.rule.Key, allowed...)
	d.deny("Required", required, foreign)
	d.deny("Foreign", special.actions(), foreign, condition("Null", d.rule.Key, "false"))
	d.denyAbsences(special, condition("Null", d.rule.Key, "true"))
}

func (d *denier) mustBeTrue() {
	required, special := d.rule.byAbsence()
	d.deny("Required", required, condition("BoolIfExists", d.rule.Key, "false"))
	d.deny("False", special.actions(), condition("Bool", d.rule.Key, "false"))
	d.denyAbsences(special, condition("Null", d.rule.Key, "true"))
}

// atMost denies larger numbers. Absence is refused only where the service would then take more than allowed.
func (d *denier) atMost(limit int) {
	required, special := d.rule.byAbsence()
	if d.rule.Must.Default <= limit {
		d.deny("TooLarge", d.rule.Actions(), condition("NumericGreaterThan", d.rule.Key, strconv.Itoa(limit)))
		return
	}
	d.deny("Required", required, condition("NumericGreaterThanIfExists", d.rule.Key, strconv.Itoa(limit)))
	d.deny("TooLarge", special.actions(), condition("NumericGreaterThan", d.rule.Key, strconv.Itoa(limit)))
	d.denyAbsences(special, condition("Null", d.rule.Key, "true"))
}

func (d *denier) denyAbsences(special absenceGroups, missing policy.Condition) {
	for _, g := range special {
		for i, when := range g.Refused {
			label := "Missing" + g.Label
			if i > 0 {
				label += strconv.Itoa(i + 1)
			}
			d.deny(label, g.actions, append([]policy.Condition{missing}, when...)...)
		}
	}
}

type absenceGroup struct {
	Absence
	actions []string
}

type absenceGroups []absenceGroup

func (g absenceGroups) actions() []string {
	var all []string
	for _, group := range g {
		all = append(all, group.actions...)
	}
	return policy.Sorted(all...)
}

// byAbsence separates the actions that are refused without the key from those with a special meaning of absence.
func (r Rule) byAbsence() (required []string, special absenceGroups) {
	for _, action := range r.Actions() {
		absence, ok := r.Absent[action]
		if !ok {
			required = append(required, action)
			continue
		}
		i := slices.IndexFunc(special, func(g absenceGroup) bool {
			return g.Label == absence.Label && len(g.Refused) == len(absence.Refused)
		})
		if i < 0 {
			special = append(special, absenceGroup{Absence: absence})
			i = len(special) - 1
		}
		special[i].actions = append(special[i].actions, action)
	}
	return required, special
}
