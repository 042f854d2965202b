package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/secureml/environments/policy/authorization"
)

// Kind of document a statement stands in; some rules differ.
type Kind int

const (
	// Identity is a policy attached to a role.
	Identity Kind = iota
	// Boundary is a permissions boundary: its allows grant nothing, so they may be wide.
	Boundary
	// Resource is a policy of a bucket, key, endpoint, repository or topic, or a role's trust policy.
	Resource
)

// Problem is a mistake in a statement that IAM would accept silently.
type Problem struct {
	Sid     string
	Message string
}

func (p Problem) String() string { return p.Sid + ": " + p.Message }

// Check returns what is wrong with the document: actions, keys and key/action pairs that do not exist, operators that
// do not fit a key's type or number of values, and allows that are wider than the action needs. IAM accepts all of
// these without a word, and the statement then never matches, or always.
func Check(d Document, kind Kind) []Problem {
	var problems []Problem
	for _, s := range d.Statements {
		report := func(format string, args ...any) {
			problems = append(problems, Problem{Sid: s.Sid, Message: fmt.Sprintf(format, args...)})
		}
		checkShape(s, kind, report)
		checkActions(s, report)
		checkConditions(s, report)
		if s.Effect == Allow && kind == Identity {
			checkScope(s, report)
		}
	}
	return problems
}

type reporter func(format string, args ...any)

func checkShape(s Statement, kind Kind, report reporter) {
	if (len(s.Actions) == 0) == (len(s.NotActions) == 0) {
		report("needs exactly one of Actions and NotActions")
	}
	if len(s.Resources) > 0 && len(s.NotResources) > 0 {
		report("has both Resources and NotResources")
	}
	hasPrincipal := s.Principal.render() != nil
	if (kind == Resource) != hasPrincipal {
		report("a principal belongs in a resource policy, and only there")
	}
	if kind != Resource && len(s.Resources) == 0 && len(s.NotResources) == 0 {
		report("names no resource")
	}
	if strings.ContainsFunc(s.Sid, func(r rune) bool {
		return !(r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	}) || s.Sid == "" {
		report("a Sid is letters and digits")
	}
}

func checkActions(s Statement, report reporter) {
	for _, pattern := range slices.Concat(s.Actions, s.NotActions) {
		if pattern != "*" && len(authorization.Expand(pattern)) == 0 {
			report("action %s does not exist in the authorization reference of %s", pattern, authorization.About().Date)
		}
	}
}

func checkConditions(s Statement, report reporter) {
	for _, c := range s.Conditions {
		key, ok := authorization.LookupKey(c.Key)
		if !ok {
			report("condition key %s does not exist", c.Key)
			continue
		}
		if strings.Contains(c.Key, "${") {
			report("condition key %s is a pattern of the reference; fill in its variable part", c.Key)
		}
		if problem := operatorProblem(c, key); problem != "" {
			report("%s", problem)
		}
		if len(c.Values) == 0 {
			report("%s %s compares with nothing", c.Operator, c.Key)
		}
		for _, pattern := range s.Actions {
			checkCarried(s, c.Key, pattern, report)
		}
	}
}

// checkCarried reports actions that cannot hold the key. Where the action is a pattern, two cases are harmless and
// read better than a list: an allow, which simply does not grant those actions, and a deny of a whole service that
// cannot match a request without the key.
func checkCarried(s Statement, key, pattern string, report reporter) {
	var without []string
	actions := authorization.Expand(pattern)
	for _, a := range actions {
		if !a.Carries(key) {
			without = append(without, a.Name)
		}
	}
	isPattern := strings.Contains(pattern, "*")
	switch {
	case s.Effect == Allow && isPattern && len(without) < len(actions):
	case s.Effect == Deny && strings.HasSuffix(pattern, ":*") && s.needs(key):
	default:
		for _, name := range without {
			report("action %s does not carry %s", name, key)
		}
	}
}

// needs tells whether the statement can match only requests that hold the key.
func (s Statement) needs(key string) bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		return strings.EqualFold(c.Key, key) && c.falseWhenMissing()
	})
}

// falseWhenMissing follows the operator rules of the IAM User Guide: a missing key makes negated operators,
// ForAllValues and every ...IfExists true, and all others false.
func (c Condition) falseWhenMissing() bool {
	if c.Operator == "Null" {
		return slices.Equal(c.Values, []string{"false"})
	}
	operator, any := strings.CutPrefix(c.Operator, "ForAnyValue:")
	if any {
		return !strings.HasSuffix(operator, "IfExists")
	}
	return !strings.HasPrefix(operator, "ForAllValues:") && !strings.HasSuffix(operator, "IfExists") &&
		!strings.Contains(operator, "Not")
}

// operatorTypes are the value types that each operator family compares.
var operatorTypes = map[string][]authorization.ValueType{
	"String": {authorization.String, authorization.ARN}, "Arn": {authorization.ARN},
	"Bool": {authorization.Bool}, "Numeric": {authorization.Numeric}, "Date": {authorization.Date},
	"IpAddress": {authorization.IP}, "NotIpAddress": {authorization.IP},
}

// operators without their set prefix and IfExists suffix.
var operators = []string{
	"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
	"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
	"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
	"Bool", "IpAddress", "NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike",
}

func operatorProblem(c Condition, key authorization.Key) string {
	if c.Operator == "Null" {
		if len(c.Values) != 1 || c.Values[0] != "true" && c.Values[0] != "false" {
			return "Null compares with true or false"
		}
		return ""
	}
	operator, isSet := strings.CutPrefix(c.Operator, "ForAnyValue:")
	if !isSet {
		operator, isSet = strings.CutPrefix(c.Operator, "ForAllValues:")
	}
	operator = strings.TrimSuffix(operator, "IfExists")
	switch {
	case !slices.Contains(operators, operator):
		return fmt.Sprintf("operator %s does not exist", c.Operator)
	case isSet != key.Many:
		return fmt.Sprintf("%s holds %s, which %s does not compare", c.Key, plural(key.Many), c.Operator)
	}
	for family, types := range operatorTypes {
		if strings.HasPrefix(operator, family) && !slices.Contains(types, key.Type) {
			return fmt.Sprintf("%s is of type %s, which %s does not compare", c.Key, key.Type, c.Operator)
		}
	}
	return ""
}

func plural(many bool) string {
	if many {
		return "a set of values"
	}
	return "one value"
}

// namesNoResource are actions that must be allowed on * although the reference lists a resource type for them.
var namesNoResource = map[string]string{
	"cloudwatch:PutMetricData": "only writes to a metrics dataset name one; plain metrics are limited by cloudwatch:namespace",
}

// checkScope refuses grants that reach further than they must.
func checkScope(s Statement, report reporter) {
	if len(s.NotActions) > 0 || len(s.NotResources) > 0 {
		report("an allow names what it allows, not what it leaves out")
	}
	for _, pattern := range s.Actions {
		for _, a := range authorization.Expand(pattern) {
			if !a.Mutates() || !slices.Contains(s.Resources, "*") {
				continue
			}
			if _, exempt := namesNoResource[a.Name]; len(a.Resources) > 0 && !exempt {
				report("%s changes things and can name its resource, but is allowed on *", a.Name)
			} else if len(s.Conditions) == 0 {
				report("%s can name no resource and has no condition either", a.Name)
			}
		}
		if strings.EqualFold(pattern, "iam:PassRole") && !slices.ContainsFunc(s.Conditions, func(c Condition) bool {
			return strings.EqualFold(c.Key, "iam:PassedToService")
		}) {
			report("iam:PassRole names no iam:PassedToService")
		}
	}
}
