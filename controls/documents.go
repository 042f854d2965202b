package controls

import (
	"cmp"
	"slices"

	"github.com/secureml/environments/policy"
)

// Guardrails returns the denies that every persona calling SageMaker carries, in the order of the catalogue.
func Guardrails(e Environment) []policy.Statement {
	var statements []policy.Statement
	for _, c := range Catalogue() {
		statements = append(statements, c.guardrails(e)...)
	}
	return statements
}

// guardrails are the control's part of them.
func (c Control) guardrails(e Environment) []policy.Statement {
	var statements []policy.Statement
	for _, r := range c.Rules {
		statements = append(statements, r.Statements(c.ID, e)...)
	}
	if c.Denies != nil {
		statements = append(statements, c.Denies(e)...)
	}
	return statements
}

// PersonaPolicy returns the persona's own statements: what it may do, and the denies that are for it alone.
func PersonaPolicy(e Environment, p Persona) []policy.Statement {
	statements := Grants(e, p)
	for _, c := range Catalogue() {
		if c.PersonaDenies != nil {
			statements = append(statements, c.PersonaDenies(e, p)...)
		}
	}
	return statements
}

// Boundary returns the permissions boundary of every role of the environment.
func Boundary(e Environment) policy.Document {
	return collect(func(c Control) []policy.Statement {
		if c.Boundary == nil {
			return nil
		}
		return c.Boundary(e)
	})
}

// BucketPolicy returns the policy of one of the environment's buckets.
func BucketPolicy(e Environment, b Bucket) policy.Document {
	d := collect(func(c Control) []policy.Statement {
		if c.Bucket == nil {
			return nil
		}
		return c.Bucket(e, b)
	})
	// Readers and other tools look for the refusal of plain HTTP at the top, and some stop at a NotAction.
	slices.SortStableFunc(d.Statements, func(a, b policy.Statement) int { return cmp.Compare(len(a.NotActions), len(b.NotActions)) })
	if b.AccessLog {
		d.Statements = append(d.Statements, e.place().deliverAccessLogs(b.ARN))
	}
	return d
}

// deliverAccessLogs lets Amazon S3 write the access logs of the account's buckets. The service's name is the same in every
// partition.
func (p place) deliverAccessLogs(bucket string) policy.Statement {
	return policy.Statement{
		Sid: "DeliverAccessLogs", Effect: policy.Allow,
		Principal: policy.Principal{Services: []string{"logging.s3.amazonaws.com"}},
		Actions:   []string{"s3:PutObject"}, Resources: objects(bucket),
		Conditions: []policy.Condition{condition("StringEquals", "aws:SourceAccount", p.account)},
	}
}

// ImagePolicy returns the policy of the environment's ECR repository.
func ImagePolicy(e Environment) policy.Document {
	return collect(func(c Control) []policy.Statement {
		if c.Images == nil {
			return nil
		}
		return c.Images(e)
	})
}

// KeyPolicy returns the policy of one of the environment's keys.
func KeyPolicy(e Environment, purpose KeyPurpose) policy.Document {
	return collect(func(c Control) []policy.Statement {
		if c.Key == nil {
			return nil
		}
		return c.Key(e, purpose)
	})
}

// EndpointPolicy returns the policy of an endpoint of the environment; no statements for one that takes none.
func EndpointPolicy(e Environment, service EndpointService) policy.Document {
	return collect(func(c Control) []policy.Statement {
		if c.Endpoint == nil {
			return nil
		}
		return c.Endpoint(e, service)
	})
}

func collect(of func(Control) []policy.Statement) policy.Document {
	var d policy.Document
	for _, c := range Catalogue() {
		d.Statements = append(d.Statements, of(c)...)
	}
	return d
}
