package controls

import "github.com/secureml/environments/policy"

// place is where resources live. ARNs, service principals and kms:ViaService values are made of it. Its strings may be
// CDK tokens, except the region.
type place struct{ partition, account, region, dnsSuffix string }

func (p place) iam(resource string) string {
	return "arn:" + p.partition + ":iam::" + p.account + ":" + resource
}

func (p place) arn(service, resource string) string {
	return "arn:" + p.partition + ":" + service + ":" + p.region + ":" + p.account + ":" + resource
}

// via returns the kms:ViaService values of services.
func (p place) via(services ...string) []string {
	out := make([]string, len(services))
	for i, s := range services {
		out[i] = s + "." + p.region + "." + p.dnsSuffix
	}
	return out
}

// thisAccount delegates to the account's identity policies; a condition beside it names the roles.
func (p place) thisAccount() policy.Principal { return policy.Principal{AWS: []string{p.iam("root")}} }

// serviceLinkedRoles can be assumed by AWS services only: AWS Config, Macie and the like.
func (p place) serviceLinkedRoles() string { return p.iam("role/aws-service-role/*") }
