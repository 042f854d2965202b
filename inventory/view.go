package inventory

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// View is a stack with its intrinsic functions resolved: who can act, with which complete set of policies, and the
// policies of what is acted upon.
type View struct {
	Stack     Stack
	Account   string
	Region    string
	Partition string
	// Resources by logical id, resolved.
	Resources map[string]Resource
	// Principals are the roles of the stack, by ARN.
	Principals []Principal
	// Guarded are the things with a policy of their own: buckets, keys, repositories, topics; by ARN.
	Guarded []Guarded
	// Endpoints are the VPC endpoints.
	Endpoints []Endpoint
}

// Document is a policy document with the name of what holds it.
type Document struct {
	Name string
	// JSON of the resolved document.
	JSON json.RawMessage
}

// Principal is a role with everything that decides what it may do.
type Principal struct {
	ARN string
	// Persona and User are the role's tags secureml:persona and secureml:user.
	Persona, User string
	// Identity are the inline and managed policies, Boundary the permissions boundary; Trust says who may assume the role.
	Identity []Document
	Boundary []Document
	Trust    Document
}

// Guarded is a resource with a policy.
type Guarded struct {
	ARN, Type string
	Policy    Document
}

// Endpoint is a VPC endpoint. Its policy is empty where it takes none.
type Endpoint struct {
	ID, ServiceName string
	Policy          Document
}

// NewView resolves the stack for the account and region, which count where the stack leaves them open.
func NewView(s Stack, account, region string) (View, error) {
	r := NewResolver(s, account, region)
	v := View{Stack: s, Account: r.account, Region: r.region, Partition: r.partition, Resources: map[string]Resource{}}
	for id, resource := range s.Template.Resources {
		properties, err := r.Resolve(resource.Properties)
		if err != nil {
			return View{}, fmt.Errorf("%s: %w", id, err)
		}
		resource.Properties, _ = properties.(map[string]any)
		v.Resources[id] = resource
	}
	b := viewBuilder{View: &v, resolver: r, managed: map[string]Document{}}
	if err := b.build(); err != nil {
		return View{}, err
	}
	return v, nil
}

type viewBuilder struct {
	*View
	resolver Resolver
	// managed policies by ARN.
	managed map[string]Document
}

func (b viewBuilder) build() error {
	ids := slices.Sorted(maps.Keys(b.Resources))
	for _, id := range ids {
		if r := b.Resources[id]; r.Type == "AWS::IAM::ManagedPolicy" {
			arn, err := b.resolver.ref(id)
			if err != nil {
				return err
			}
			b.managed[fmt.Sprint(arn)] = document(id, r.Properties["PolicyDocument"])
		}
	}
	for _, id := range ids {
		if err := b.add(id, b.Resources[id]); err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
	}
	slices.SortFunc(b.Principals, func(x, y Principal) int { return strings.Compare(x.ARN, y.ARN) })
	slices.SortFunc(b.Guarded, func(x, y Guarded) int { return strings.Compare(x.ARN, y.ARN) })
	slices.SortFunc(b.Endpoints, func(x, y Endpoint) int { return strings.Compare(x.ServiceName, y.ServiceName) })
	return nil
}

func (b viewBuilder) add(id string, r Resource) error {
	switch r.Type {
	case "AWS::IAM::Role":
		return b.addRole(id, r)
	case "AWS::EC2::VPCEndpoint":
		ref, err := b.resolver.ref(id)
		if err != nil {
			return err
		}
		b.Endpoints = append(b.Endpoints, Endpoint{
			ID: fmt.Sprint(ref), ServiceName: fmt.Sprint(r.Properties["ServiceName"]), Policy: document(id, r.Properties["PolicyDocument"]),
		})
	case "AWS::S3::BucketPolicy":
		b.guard("arn:"+b.Partition+":s3:::"+fmt.Sprint(r.Properties["Bucket"]), "AWS::S3::Bucket", document(id, r.Properties["PolicyDocument"]))
	case "AWS::SNS::TopicPolicy":
		topics, _ := r.Properties["Topics"].([]any)
		for _, topic := range topics {
			b.guard(fmt.Sprint(topic), "AWS::SNS::Topic", document(id, r.Properties["PolicyDocument"]))
		}
	case "AWS::KMS::Key":
		return b.guardAttribute(id, r, "KeyPolicy")
	case "AWS::ECR::Repository":
		return b.guardAttribute(id, r, "RepositoryPolicyText")
	case "AWS::CodeArtifact::Domain", "AWS::CodeArtifact::Repository":
		return b.guardAttribute(id, r, "PermissionsPolicyDocument")
	}
	return nil
}

func (b viewBuilder) guardAttribute(id string, r Resource, property string) error {
	arn, err := b.resolver.attribute([]any{id, "Arn"})
	if err != nil {
		return err
	}
	b.guard(fmt.Sprint(arn), r.Type, document(id, r.Properties[property]))
	return nil
}

func (b viewBuilder) guard(arn, kind string, policy Document) {
	b.Guarded = append(b.Guarded, Guarded{ARN: arn, Type: kind, Policy: policy})
}

func (b viewBuilder) addRole(id string, r Resource) error {
	arn, err := b.resolver.attribute([]any{id, "Arn"})
	if err != nil {
		return err
	}
	tags := Tags(r)
	p := Principal{ARN: fmt.Sprint(arn), Persona: tags["secureml:persona"], User: tags["secureml:user"], Trust: document(id, r.Properties["AssumeRolePolicyDocument"])}
	managed, _ := r.Properties["ManagedPolicyArns"].([]any)
	for _, policyARN := range managed {
		d, ok := b.managed[fmt.Sprint(policyARN)]
		if !ok {
			return fmt.Errorf("carries %v, which the stack does not hold", policyARN)
		}
		p.Identity = append(p.Identity, d)
	}
	inline, _ := r.Properties["Policies"].([]any)
	for _, policy := range inline {
		m, _ := policy.(map[string]any)
		p.Identity = append(p.Identity, document(id+"/"+fmt.Sprint(m["PolicyName"]), m["PolicyDocument"]))
	}
	if boundary, ok := r.Properties["PermissionsBoundary"]; ok {
		d, ok := b.managed[fmt.Sprint(boundary)]
		if !ok {
			return fmt.Errorf("is bound by %v, which the stack does not hold", boundary)
		}
		p.Boundary = []Document{d}
	}
	b.Principals = append(b.Principals, p)
	return nil
}

// Tags of a resource, which are a list of pairs or a map depending on its type.
func Tags(r Resource) map[string]string {
	out := map[string]string{}
	switch tags := r.Properties["Tags"].(type) {
	case []any:
		for _, tag := range tags {
			pair, _ := tag.(map[string]any)
			out[fmt.Sprint(pair["Key"])] = fmt.Sprint(pair["Value"])
		}
	case map[string]any:
		for key, value := range tags {
			out[key] = fmt.Sprint(value)
		}
	}
	return out
}

func document(name string, value any) Document {
	if value == nil {
		return Document{Name: name}
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // it was JSON before
	}
	return Document{Name: name, JSON: text}
}
