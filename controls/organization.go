package controls

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/secureml/environments/policy"
)

// Organization holds the facts that policies of AWS Organizations name: a second wall around the accounts, for roles
// that carry no guardrails because somebody else made them.
type Organization struct {
	// ID of the organisation, such as o-a1b2c3d4e5.
	ID string
	// Environments are the deployed environments of all accounts, in one partition.
	Environments []Environment
}

// ServiceControl returns what an organisational unit with all the accounts of environments is denied: guardrails that name
// nothing of an environment, and changes to what the environments rest on.
func ServiceControl(o Organization) []policy.Statement {
	general := o.general()
	var statements []policy.Statement
	for _, c := range Catalogue() {
		for _, s := range c.guardrails(neutral(o.Environments[0])) {
			if !general[s.Sid] {
				continue
			}
			if c.Platform {
				s.Conditions = append(s.Conditions, o.exceptDeployment())
			}
			statements = append(statements, s)
		}
		if c.ServiceControl != nil {
			statements = append(statements, c.ServiceControl(o)...)
		}
	}
	return compacted(statements)
}

// AccountServiceControl returns what one account is denied: guardrails that name what belongs to its environments. Where
// there are several, a value of any of them passes; each role's own guardrails name one environment. The roles that
// deploy are exempt, because they make environments that no policy names yet. It fails where the environments'
// guardrails cannot be put into one.
func AccountServiceControl(o Organization, account string) ([]policy.Statement, error) {
	var environments [][]policy.Statement
	for _, e := range o.Environments {
		if e.Account == account {
			environments = append(environments, Guardrails(e))
		}
	}
	general := o.general()
	var statements []policy.Statement
	for _, s := range environments[0] {
		if general[s.Sid] {
			continue
		}
		merged, err := merge(s, environments[1:])
		if err != nil {
			return nil, err
		}
		if merged != nil {
			merged.Conditions = append(merged.Conditions, o.exceptDeployment())
			statements = append(statements, *merged)
		}
	}
	return compacted(statements), nil
}

// ResourceControl returns what the resources of the accounts refuse, whoever asks.
func ResourceControl(o Organization) []policy.Statement {
	return collect(func(c Control) []policy.Statement {
		if c.ResourceControl == nil {
			return nil
		}
		return c.ResourceControl(o)
	}).Statements
}

// neutral is an environment without a fact that a guardrail could name.
func neutral(e Environment) Environment {
	return Environment{
		Partition: e.Partition, Region: e.Region, DNSSuffix: e.DNSSuffix, Account: "none", Project: "none", Name: "none", SharedAccount: true,
		VPC: "none", Subnets: []string{"none"}, SecurityGroups: []string{"none"}, DataKey: "none", VolumeKey: "none", DataBucket: "none",
		Compute: Compute{
			Training: []string{"none"}, Processing: []string{"none"}, Hosting: []string{"none"}, Workbench: []string{"none"},
			MaxRuntimeSeconds: 1, WarmPoolSeconds: 1,
		},
	}
}

// general are the ids of the guardrails that every environment has and that name nothing of any of them.
func (o Organization) general() map[string]bool {
	all := [][]policy.Statement{}
	for _, e := range o.Environments {
		all = append(all, Guardrails(e))
	}
	general := map[string]bool{}
	for _, s := range Guardrails(neutral(o.Environments[0])) {
		general[s.Sid] = !slices.ContainsFunc(all, func(statements []policy.Statement) bool {
			return !slices.ContainsFunc(statements, func(other policy.Statement) bool { return reflect.DeepEqual(s, other) })
		})
	}
	return general
}

// General tells whether the rule demands the same of every environment.
func (r Rule) General(e Environment) bool {
	return reflect.DeepEqual(r.Statements("General", e), r.Statements("General", neutral(e)))
}

// exceptDeployment matches everybody but the roles that deploy in the caller's own account.
func (o Organization) exceptDeployment() policy.Condition {
	var roles []string
	for _, e := range o.Environments {
		for _, role := range e.DeploymentRoles {
			roles = append(roles, strings.ReplaceAll(role, e.Account, "${aws:PrincipalAccount}"))
		}
	}
	return condition("StringNotEquals", "aws:PrincipalArn", policy.Sorted(roles...)...)
}

// partition of the organisation's accounts.
func (o Organization) partition() string { return o.Environments[0].Partition }

// merge puts the guardrails of the same id of further environments into one, which denies what all of them deny. It
// returns nil where an environment does not have it and would be denied what it may do.
func merge(s policy.Statement, others [][]policy.Statement) (*policy.Statement, error) {
	s.Conditions = slices.Clone(s.Conditions)
	for _, all := range others {
		i := slices.IndexFunc(all, func(other policy.Statement) bool { return other.Sid == s.Sid })
		if i < 0 {
			if slices.Equal(s.Resources, []string{"*"}) {
				return nil, nil
			}
			continue // it is about the one environment's own resources
		}
		s.Resources = policy.Sorted(append(slices.Clone(s.Resources), all[i].Resources...)...)
		for n, c := range s.Conditions {
			union, err := mergeConditions(c, all[i].Conditions[n])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.Sid, err)
			}
			s.Conditions[n] = union
		}
	}
	return &s, nil
}

// mergeConditions returns the condition that holds where both hold.
func mergeConditions(a, b policy.Condition) (policy.Condition, error) {
	switch {
	case a.Operator != b.Operator || a.Key != b.Key:
		return a, fmt.Errorf("%s %s and %s %s cannot be one condition", a.Operator, a.Key, b.Operator, b.Key)
	case slices.Equal(a.Values, b.Values):
	case strings.Contains(a.Operator, "Not"):
		a.Values = policy.Sorted(append(slices.Clone(a.Values), b.Values...)...)
	case strings.HasPrefix(a.Operator, "NumericGreaterThan"):
		x, _ := strconv.Atoi(a.Values[0])
		y, _ := strconv.Atoi(b.Values[0])
		a.Values = []string{strconv.Itoa(max(x, y))}
	default:
		return a, fmt.Errorf("%s %s has different values in two environments", a.Operator, a.Key)
	}
	return a, nil
}

// compacted shortens the statements' lists of actions: a service control policy has little room.
func compacted(statements []policy.Statement) []policy.Statement {
	for i := range statements {
		statements[i].Actions = policy.Compact(statements[i].Actions)
	}
	return statements
}
