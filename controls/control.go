package controls

import (
	"slices"
	"strings"

	"github.com/secureml/environments/policy"
)

// Area is one of the seven feature areas of a secure machine-learning environment.
type Area string

// The areas, in the order in which evidence lists them.
const (
	ITPolicy        Area = "Enforce IT policy"
	LeastPrivilege  Area = "Least privilege"
	Exfiltration    Area = "Protect against exfiltration"
	Encryption      Area = "Encrypt at rest and in transit"
	Audit           Area = "Audit and trace"
	Reproducibility Area = "Reproduce results"
	CostSelfService Area = "Manage cost and self-service"
)

// Control is one guardrail. Its zero fields mean that the control has no part at that layer.
type Control struct {
	// ID is the family and a number, for example NET-01. It never changes its meaning.
	ID string
	// Title says in one line what holds when the control is in force.
	Title string
	Area  Area
	// Why is the reasoning: the risk, why it is enforced here and in this way.
	Why string
	// Fulfils are the ids of the requirements and attack requests that the control answers.
	Fulfils []string
	// Rules on the content of SageMaker requests; denied to every persona of the environment that can make them.
	Rules []Rule
	// Denies are further statements for the guardrail policies of every such persona.
	Denies func(Environment) []policy.Statement
	// Platform tells that Rules and Denies are about what the platform itself does, by deployment. A service control policy,
	// which binds everybody, exempts the roles that deploy.
	Platform bool
	// PersonaDenies are statements for some personas only.
	PersonaDenies func(Environment, Persona) []policy.Statement
	// Boundary are statements of the permissions boundary that every role of the environment carries.
	Boundary func(Environment) []policy.Statement
	// Bucket are statements of the environment's bucket policies.
	Bucket func(Environment, Bucket) []policy.Statement
	// Images are statements of the policy of the environment's ECR repository, which must name no resource.
	Images func(Environment) []policy.Statement
	// Key are statements of the environment's key policies.
	Key func(Environment, KeyPurpose) []policy.Statement
	// Endpoint are statements of the VPC endpoint policies.
	Endpoint func(Environment, EndpointService) []policy.Statement
	// ServiceControl are statements of the service control policies for all accounts with environments: changes to what
	// environments rest on, which no role of an environment could make anyway. Rules and Denies need none; they are
	// written into service control policies as they are.
	ServiceControl func(Organization) []policy.Statement
	// ResourceControl are statements of the resource control policies for these accounts.
	ResourceControl func(Organization) []policy.Statement
	// Template are the names of the Guard rules, in guard/secureml.guard, that check the control on a template.
	Template []string
}

// sid makes a statement id of the control.
func sid(id, suffix string) string { return strings.ReplaceAll(id, "-", "") + suffix }

// Catalogue returns every control, by family.
func Catalogue() []Control {
	return slices.Concat(network, encryption, isolation, workbench, governance, cost, supply)
}

// Lookup finds a control by its id.
func Lookup(id string) (Control, bool) {
	all := Catalogue()
	i := slices.IndexFunc(all, func(c Control) bool { return c.ID == id })
	if i < 0 {
		return Control{}, false
	}
	return all[i], true
}

// OfStatement returns the id of the control that a statement id or Guard rule name belongs to, empty for a grant.
func OfStatement(name string) string {
	if len(name) < 5 || strings.ToUpper(name[:3]) != name[:3] {
		return ""
	}
	id := name[:3] + "-" + strings.TrimPrefix(name[3:], "_")[:2]
	if _, ok := Lookup(id); !ok {
		return ""
	}
	return id
}
