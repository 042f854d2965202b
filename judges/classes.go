package judges

import (
	"regexp"
	"slices"
	"strings"

	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/policy/authorization"
)

// class answers findings of one rule wherever it gets a whole class wrong. It is as narrow as it can be said: what is not
// of the class stays a finding.
type class struct {
	judge string
	// rule with the detail in brackets.
	rule *regexp.Regexp
	// holds looks at the template where the rule's detail is not enough; nil where it is.
	holds  func(Template, Finding) bool
	reason string
}

func (c class) answers(t Template, f Finding) bool {
	return f.Judge == c.judge && c.rule.MatchString(f.Rule) && (c.holds == nil || c.holds(t, f))
}

// classes are all there are. AwsSolutions-IAM5 reports every wildcard in a policy and reads no condition.
var classes = []class{
	{
		judge:  "cdk-nag",
		rule:   regexp.MustCompile(`^AwsSolutions-IAM5\[Resource::\*\]$`),
		holds:  needsNoResource,
		reason: "By the authorization reference no resource can be named for the actions that the policy allows on *, or they list what SageMaker has; for a few, which show names and write numbers, none needs to be.",
	},
	{
		judge: "cdk-nag",
		rule: regexp.MustCompile(`^AwsSolutions-IAM5\[Resource::arn:[^:*]+:` +
			`(s3:::[^:/*]+/.*|[^:*]+:[^:*]*:([0-9]{12}|<AWS::AccountId>):.+)\]$`),
		reason: "The account, or the bucket, is named in full. Names behind it are given at run time; whose they are is told by " +
			"prefixes and by conditions on tags (ISO-01 to ISO-03), which the rule does not read.",
	},
	{
		judge:  "cdk-nag",
		rule:   regexp.MustCompile(`^AwsSolutions-IAM5\[Action::(sagemaker:(Describe|List)|codecommit:(BatchGet|Get))\*\]$`),
		reason: "Actions that only read, of a service whose list of them grows. What is kept back all the same stands in controls/withheld.go.",
	},
}

// sparesNames are actions for which a statement could name a resource, and that are harmless without: they show names,
// states and numbers, or write numbers.
var sparesNames = []string{
	"cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard", "cloudwatch:GetMetricData", "cloudwatch:PutMetricData",
	"cloudwatch:ListMetrics", "config:GetComplianceDetailsByConfigRule", "resource-groups:ListGroupResources",
}

// needsNoResource tells whether every action that the resource's policies allow on * may be: a statement can name no
// resource for it, or it lists what SageMaker has, or it is among sparesNames. An action that the reference does not know may not.
func needsNoResource(t Template, f Finding) bool {
	statements := allowsOnAll(t.Resources[f.LogicalID])
	for _, s := range statements {
		patterns := texts(s["Action"])
		if len(patterns) == 0 {
			return false // a NotAction allows more than anybody can list
		}
		for _, pattern := range patterns {
			actions := authorization.Expand(pattern)
			if len(actions) == 0 || slices.ContainsFunc(actions, needsResource) {
				return false
			}
		}
	}
	return len(statements) > 0
}

func needsResource(a authorization.Action) bool {
	listsSageMaker := strings.HasPrefix(a.Name, "sagemaker:") && slices.Equal(a.Access, []authorization.Access{authorization.List})
	return len(a.Resources) > 0 && !listsSageMaker && !slices.Contains(sparesNames, a.Name)
}

// allowsOnAll returns the statements of a role's or policy's documents that allow on *.
func allowsOnAll(r inventory.Resource) []map[string]any {
	documents := []any{r.Properties["PolicyDocument"]}
	inline, _ := r.Properties["Policies"].([]any)
	for _, p := range inline {
		if policy, ok := p.(map[string]any); ok {
			documents = append(documents, policy["PolicyDocument"])
		}
	}
	var found []map[string]any
	for _, d := range documents {
		document, _ := d.(map[string]any)
		statements, _ := document["Statement"].([]any)
		for _, s := range statements {
			if s, ok := s.(map[string]any); ok && s["Effect"] == "Allow" && slices.Contains(texts(s["Resource"]), "*") {
				found = append(found, s)
			}
		}
	}
	return found
}

// texts reads a text or a list of them.
func texts(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, member := range v {
			all = append(all, texts(member)...)
		}
		return all
	}
	return nil
}
