package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/secureml/environments/facts"
)

// Resolver replaces intrinsic functions of a template by the values that they would have in an account and region. Ids
// that AWS would choose are derived from the stack's name and the logical id, have the form and length of real ones, and
// are the same every time.
type Resolver struct {
	stack     Stack
	account   string
	region    string
	partition string
	suffix    string
}

// NewResolver makes a resolver for the stack. Account and region are used where the stack leaves them open.
func NewResolver(s Stack, account, region string) Resolver {
	if s.Account != "" {
		account = s.Account
	}
	if s.Region != "" {
		region = s.Region
	}
	known, _ := facts.LookupRegion(region)
	return Resolver{stack: s, account: account, region: region, partition: known.Partition, suffix: facts.DNSSuffix(known.Partition)}
}

// Resolve returns the value with all intrinsic functions replaced. It fails on a function or a reference that it does
// not know, rather than guessing.
func (r Resolver) Resolve(value any) (any, error) {
	switch v := value.(type) {
	case []any:
		out := make([]any, len(v))
		for i, member := range v {
			resolved, err := r.Resolve(member)
			if err != nil {
				return nil, err
			}
			out[i] = resolved
		}
		return out, nil
	case map[string]any:
		if name, argument, ok := intrinsic(v); ok {
			return r.call(name, argument)
		}
		out := map[string]any{}
		for key, member := range v {
			resolved, err := r.Resolve(member)
			if err != nil {
				return nil, err
			}
			out[key] = resolved
		}
		return out, nil
	}
	return value, nil
}

func intrinsic(v map[string]any) (name string, argument any, ok bool) {
	if len(v) != 1 {
		return "", nil, false
	}
	for key, member := range v {
		if key == "Ref" || strings.HasPrefix(key, "Fn::") {
			return key, member, true
		}
	}
	return "", nil, false
}

func (r Resolver) call(name string, argument any) (any, error) {
	switch name {
	case "Ref":
		return r.ref(fmt.Sprint(argument))
	case "Fn::GetAtt":
		return r.attribute(argument)
	case "Fn::GetAZs":
		return []any{r.region + "a", r.region + "b", r.region + "c"}, nil
	}
	resolved, err := r.Resolve(argument)
	if err != nil {
		return nil, err
	}
	list, ok := resolved.([]any)
	if !ok || len(list) != 2 {
		return nil, fmt.Errorf("%s: cannot resolve %s %v", r.stack.ID, name, argument)
	}
	switch name {
	case "Fn::Join":
		return join(list)
	case "Fn::Split":
		var parts []any
		for _, part := range strings.Split(fmt.Sprint(list[1]), fmt.Sprint(list[0])) {
			parts = append(parts, part)
		}
		return parts, nil
	case "Fn::Select":
		return choose(list)
	}
	return nil, fmt.Errorf("%s: function %s is not known", r.stack.ID, name)
}

func join(list []any) (any, error) {
	parts, ok := list[1].([]any)
	if !ok {
		return nil, fmt.Errorf("Fn::Join of %v", list[1])
	}
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = fmt.Sprint(part)
	}
	return strings.Join(texts, fmt.Sprint(list[0])), nil
}

func choose(list []any) (any, error) {
	from, ok := list[1].([]any)
	var index int
	if _, err := fmt.Sscan(fmt.Sprint(list[0]), &index); err != nil || !ok || index >= len(from) {
		return nil, fmt.Errorf("Fn::Select %v of %v", list[0], list[1])
	}
	return from[index], nil
}

func (r Resolver) ref(name string) (any, error) {
	switch name {
	case "AWS::AccountId":
		return r.account, nil
	case "AWS::Region":
		return r.region, nil
	case "AWS::Partition":
		return r.partition, nil
	case "AWS::URLSuffix":
		return r.suffix, nil
	case "AWS::StackName":
		return r.stack.Name, nil
	}
	if parameter, ok := r.stack.Template.Parameters[name]; ok {
		return fmt.Sprint(parameter["Default"]), nil
	}
	resource, ok := r.stack.Template.Resources[name]
	if !ok {
		return nil, fmt.Errorf("%s: nothing is called %s", r.stack.ID, name)
	}
	if id, ok := r.stack.Physical[name]; ok {
		return id, nil
	}
	id, err := r.physicalID(name, resource)
	if err == nil && (strings.HasPrefix(resource.Type, "AWS::CodeArtifact::") || resource.Type == "AWS::SNS::Topic") {
		return r.arn(resource, fmt.Sprint(id)) // types whose Ref is an ARN
	}
	return id, err
}

// idPrefixes of resources whose id is the prefix and 17 hexadecimal digits.
var idPrefixes = map[string]string{
	"AWS::EC2::VPC": "vpc-", "AWS::EC2::Subnet": "subnet-", "AWS::EC2::SecurityGroup": "sg-", "AWS::EC2::VPCEndpoint": "vpce-",
	"AWS::EC2::RouteTable": "rtb-", "AWS::EC2::VPCEndpointService": "vpce-svc-",
	"AWS::Route53Resolver::FirewallDomainList": "rslvr-fdl-", "AWS::Route53Resolver::FirewallRuleGroup": "rslvr-frg-",
	"AWS::Route53Resolver::ResolverQueryLoggingConfig": "rqlc-", "AWS::Route53::HostedZone": "Z",
}

// nameProperties of resources whose Ref is a name that the template may choose.
var nameProperties = map[string]string{
	"AWS::IAM::Role": "RoleName", "AWS::S3::Bucket": "BucketName", "AWS::Logs::LogGroup": "LogGroupName",
	"AWS::ECR::Repository": "RepositoryName", "AWS::KMS::Alias": "AliasName", "AWS::SSM::Parameter": "Name",
	"AWS::ECS::Cluster": "ClusterName", "AWS::ResourceGroups::Group": "Name",
	"AWS::CodeArtifact::Domain": "DomainName", "AWS::CodeArtifact::Repository": "RepositoryName",
}

func (r Resolver) physicalID(logical string, resource Resource) (any, error) {
	if id, ok := r.stack.Physical[logical]; ok {
		return id, nil
	}
	if prefix, ok := idPrefixes[resource.Type]; ok {
		return prefix + r.digest(logical)[:17], nil
	}
	if property, ok := nameProperties[resource.Type]; ok {
		if name, ok := resource.Properties[property]; ok {
			return r.Resolve(name)
		}
		return r.generatedName(logical), nil
	}
	switch resource.Type {
	case "AWS::KMS::Key":
		return r.keyID(logical), nil
	case "AWS::IAM::ManagedPolicy":
		return r.policyARN(logical, resource)
	}
	return r.stack.Name + "-" + logical + "-" + r.digest(logical)[:12], nil
}

// generatedName has the form of CloudFormation's: stack, logical id and a random part, shortened to 63 characters.
func (r Resolver) generatedName(logical string) string {
	const limit, random = 63, 12
	name := strings.ToLower(r.stack.Name + "-" + logical)
	return name[:min(len(name), limit-random-1)] + "-" + r.digest(logical)[:random]
}

func (r Resolver) policyARN(logical string, resource Resource) (any, error) {
	name, err := r.Resolve(resource.Properties["ManagedPolicyName"])
	if err != nil {
		return nil, err
	}
	if name == nil {
		name = r.stack.Name + "-" + logical
	}
	path, err := r.Resolve(resource.Properties["Path"])
	if err != nil {
		return nil, err
	}
	if path == nil {
		path = "/"
	}
	return fmt.Sprintf("arn:%s:iam::%s:policy%v%v", r.partition, r.account, path, name), nil
}

func (r Resolver) attribute(argument any) (any, error) {
	var logical, attribute string
	switch a := argument.(type) {
	case string:
		logical, attribute, _ = strings.Cut(a, ".")
	case []any:
		if len(a) == 2 {
			logical, attribute = fmt.Sprint(a[0]), fmt.Sprint(a[1])
		}
	}
	resource, ok := r.stack.Template.Resources[logical]
	if !ok {
		return nil, fmt.Errorf("%s: nothing is called %s", r.stack.ID, logical)
	}
	if attribute == "DnsEntries" {
		return []any{"Z" + r.digest(logical)[:13] + ":" + r.digest(logical)[:17] + ".vpce." + r.suffix}, nil
	}
	id, err := r.physicalID(logical, resource)
	if err != nil {
		return nil, err
	}
	if attribute == "Name" {
		return id, nil
	}
	if attribute != "Arn" {
		return fmt.Sprintf("%v-%s", id, attribute), nil
	}
	return r.arn(resource, fmt.Sprint(id))
}

// arn of the resource types whose ARN templates refer to.
func (r Resolver) arn(resource Resource, id string) (any, error) {
	prefix := "arn:" + r.partition + ":"
	regional := ":" + r.region + ":" + r.account + ":"
	switch resource.Type {
	case "AWS::KMS::Key":
		return prefix + "kms" + regional + "key/" + id, nil
	case "AWS::S3::Bucket":
		return prefix + "s3:::" + id, nil
	case "AWS::Logs::LogGroup":
		return prefix + "logs" + regional + "log-group:" + id + ":*", nil
	case "AWS::ECR::Repository":
		return prefix + "ecr" + regional + "repository/" + id, nil
	case "AWS::CodeArtifact::Domain":
		return prefix + "codeartifact" + regional + "domain/" + id, nil
	case "AWS::CodeArtifact::Repository":
		domain, err := r.Resolve(resource.Properties["DomainName"])
		if err != nil {
			return nil, err
		}
		return fmt.Sprintf("%scodeartifact%srepository/%v/%s", prefix, regional, domain, id), nil
	case "AWS::IAM::Role":
		path, err := r.Resolve(resource.Properties["Path"])
		if err != nil {
			return nil, err
		}
		if path == nil {
			path = "/"
		}
		return fmt.Sprintf("%siam::%s:role%v%s", prefix, r.account, path, id), nil
	}
	service := strings.ToLower(strings.Split(resource.Type, "::")[1])
	return prefix + service + regional + id, nil
}

func (r Resolver) keyID(logical string) string {
	d := r.digest(logical)
	return d[:8] + "-" + d[8:12] + "-" + d[12:16] + "-" + d[16:20] + "-" + d[20:32]
}

func (r Resolver) digest(logical string) string {
	sum := sha256.Sum256([]byte(r.account + "/" + r.region + "/" + r.stack.Name + "/" + logical))
	return hex.EncodeToString(sum[:])
}
