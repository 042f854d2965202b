package deployment

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/secureml/environments/inventory"
)

// Deployed is a stack as the emulator holds it, beside the template that it was made from.
type Deployed struct {
	Stack inventory.Stack
	// View is the template with its functions resolved. Ids that AWS chooses differ from the deployed ones.
	View inventory.View
	// Physical ids of the resources that exist, by logical id.
	Physical map[string]string
	caller   *Caller
}

// Deployed reads which resources of the stack exist. It fails unless the stack's creation is complete.
func (c *Caller) Deployed(s inventory.Stack) (Deployed, error) {
	view, err := inventory.NewView(s, s.Account, s.Region)
	if err != nil {
		return Deployed{}, err
	}
	d := Deployed{Stack: s, View: view, Physical: map[string]string{}, caller: c}
	var stacks struct {
		Stacks []struct{ StackStatus string }
	}
	name := map[string]string{"StackName": s.Name}
	if err := d.do("cloudformation", "DescribeStacks", name, &stacks); err != nil {
		return Deployed{}, err
	}
	if len(stacks.Stacks) != 1 || stacks.Stacks[0].StackStatus != "CREATE_COMPLETE" {
		return Deployed{}, fmt.Errorf("%s: status %+v; want one CREATE_COMPLETE", s.ID, stacks.Stacks)
	}
	var resources struct {
		StackResourceSummaries []struct{ LogicalResourceId, PhysicalResourceId, ResourceType string }
	}
	if err := d.do("cloudformation", "ListStackResources", name, &resources); err != nil {
		return Deployed{}, err
	}
	for _, r := range resources.StackResourceSummaries {
		if s.Template.Resources[r.LogicalResourceId].Type != r.ResourceType {
			return Deployed{}, fmt.Errorf("%s: holds %s of type %s, which the template does not", s.ID, r.LogicalResourceId, r.ResourceType)
		}
		d.Physical[r.LogicalResourceId] = r.PhysicalResourceId
	}
	return d, nil
}

func (d Deployed) do(service, operation string, input, into any) error {
	return d.caller.Do(Call{Account: d.Stack.Account, Region: d.Stack.Region, Service: service, Operation: operation, Input: input}, into)
}

// Missing are the types to which a value of the template refers and of which the resource does not exist.
func (d Deployed) Missing(value any) []string {
	var types []string
	switch v := value.(type) {
	case []any:
		for _, member := range v {
			types = append(types, d.Missing(member)...)
		}
	case map[string]any:
		for function, argument := range v {
			name, _ := argument.(string)
			if list, ok := argument.([]any); ok && function == "Fn::GetAtt" && len(list) > 0 {
				name, _ = list[0].(string)
			}
			resource, declared := d.Stack.Template.Resources[name]
			if _, exists := d.Physical[name]; declared && !exists {
				types = append(types, resource.Type)
			}
			types = append(types, d.Missing(argument)...)
		}
	}
	return types
}

// Properties by which a deployed resource is compared with its template, in the words of templates.
type Properties map[string]any

// readers tell how the API shows the properties of a type that matter and hold no id which AWS chooses.
var readers = map[string]func(d Deployed, id string) (Properties, error){
	"AWS::EC2::SecurityGroup": securityGroup,
	"AWS::EC2::Subnet":        subnet,
	"AWS::EC2::VPCEndpoint":   endpoint,
	"AWS::ECR::Repository":    repository,
	"AWS::IAM::Role":          role,
	"AWS::KMS::Key":           key,
	"AWS::Logs::LogGroup":     logGroup,
	"AWS::S3::Bucket":         bucket,
	"AWS::SSM::Parameter":     parameter,
}

// Read returns the properties that the API shows of a resource that exists, none for a type without reader.
func (d Deployed) Read(logical string) (Properties, error) {
	read, ok := readers[d.View.Resources[logical].Type]
	if !ok {
		return nil, nil
	}
	got, err := read(d, d.Physical[logical])
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", d.Stack.ID, logical, err)
	}
	return got, nil
}

// Compare reads the resource back and tells, for each property of interest that the template gives, whether the API shows
// it as it stands there. Nothing is compared for a type without reader. Statements of policies are compared by their Sids.
func (d Deployed) Compare(logical string) (map[string]bool, error) {
	got, err := d.Read(logical)
	if err != nil {
		return nil, err
	}
	same := map[string]bool{}
	for name, value := range got {
		if want, ok := d.View.Resources[logical].Properties[name]; ok {
			same[name] = reflect.DeepEqual(comparable(name, want), comparable(name, value))
		}
	}
	return same, nil
}

// comparable makes a value of the template and one of the API alike where only the spelling differs.
func comparable(property string, value any) any {
	switch property {
	case "Tags":
		return inventory.Tags(inventory.Resource{Properties: map[string]any{"Tags": plain(value)}})
	case "KeyPolicy", "PolicyDocument", "AssumeRolePolicyDocument", "RepositoryPolicyText":
		return statements(value)
	case "BucketEncryption":
		return algorithm(value)
	case "KmsKeyId", "PermissionsBoundary": // ids that AWS chooses are in it
		return value != nil && value != ""
	case "ManagedPolicyArns":
		list, _ := plain(value).([]any)
		return len(list)
	case "SecurityGroupEgress":
		list, _ := plain(value).([]any)
		return len(list)
	}
	return plain(value)
}

// plain turns a Go value into what JSON knows.
func plain(value any) any {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // values come from JSON
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err)
	}
	return out
}

// algorithm of a bucket's encryption, which templates wrap in a list of rules.
func algorithm(value any) string {
	if name, ok := value.(string); ok {
		return name
	}
	var encryption struct {
		ServerSideEncryptionConfiguration []struct {
			ServerSideEncryptionByDefault struct{ SSEAlgorithm string }
		}
	}
	text, err := json.Marshal(value)
	if err != nil || json.Unmarshal(text, &encryption) != nil || len(encryption.ServerSideEncryptionConfiguration) != 1 {
		return "unknown"
	}
	return encryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm
}

// statements are the Sids of a policy, which the API shows as a value or as text, with or without URL encoding.
func statements(value any) []string {
	if text, ok := value.(string); ok {
		if decoded, err := url.QueryUnescape(text); err == nil && !strings.HasPrefix(text, "{") {
			text = decoded
		}
		value = nil
		_ = json.Unmarshal([]byte(text), &value) // no JSON has no statements
	}
	document, _ := plain(value).(map[string]any)
	list, _ := document["Statement"].([]any)
	var sids []string
	for _, s := range list {
		statement, _ := s.(map[string]any)
		sids = append(sids, fmt.Sprint(statement["Sid"]))
	}
	slices.Sort(sids)
	return sids
}

func securityGroup(d Deployed, id string) (Properties, error) {
	var answer struct {
		SecurityGroups []struct {
			Description         string
			IpPermissionsEgress []any
			Tags                []any
		}
	}
	if err := d.do("ec2", "DescribeSecurityGroups", map[string]any{"GroupIds": []string{id}}, &answer); err != nil || len(answer.SecurityGroups) != 1 {
		return nil, orMissing(err)
	}
	g := answer.SecurityGroups[0]
	return Properties{"GroupDescription": g.Description, "SecurityGroupEgress": g.IpPermissionsEgress, "Tags": g.Tags}, nil
}

func subnet(d Deployed, id string) (Properties, error) {
	var answer struct {
		Subnets []struct {
			CidrBlock           string
			AvailabilityZoneId  string
			MapPublicIpOnLaunch bool
		}
	}
	if err := d.do("ec2", "DescribeSubnets", map[string]any{"SubnetIds": []string{id}}, &answer); err != nil || len(answer.Subnets) != 1 {
		return nil, orMissing(err)
	}
	s := answer.Subnets[0]
	return Properties{"CidrBlock": s.CidrBlock, "AvailabilityZoneId": s.AvailabilityZoneId, "MapPublicIpOnLaunch": s.MapPublicIpOnLaunch}, nil
}

func endpoint(d Deployed, id string) (Properties, error) {
	var answer struct {
		VpcEndpoints []struct {
			VpcEndpointType   string
			PolicyDocument    any
			PrivateDnsEnabled bool
		}
	}
	if err := d.do("ec2", "DescribeVpcEndpoints", map[string]any{"VpcEndpointIds": []string{id}}, &answer); err != nil || len(answer.VpcEndpoints) != 1 {
		return nil, orMissing(err)
	}
	e := answer.VpcEndpoints[0]
	return Properties{"VpcEndpointType": e.VpcEndpointType, "PolicyDocument": e.PolicyDocument, "PrivateDnsEnabled": e.PrivateDnsEnabled}, nil
}

func repository(d Deployed, id string) (Properties, error) {
	var answer struct {
		Repositories []struct {
			ImageTagMutability         string
			EncryptionConfiguration    struct{ EncryptionType string }
			ImageScanningConfiguration struct{ ScanOnPush bool }
		}
	}
	if err := d.do("ecr", "DescribeRepositories", map[string]any{"repositoryNames": []string{id}}, &answer); err != nil {
		return nil, err
	}
	var policy struct{ PolicyText any }
	_ = d.do("ecr", "GetRepositoryPolicy", map[string]any{"repositoryName": id}, &policy) // none is an error
	if len(answer.Repositories) != 1 {
		return nil, orMissing(nil)
	}
	r := answer.Repositories[0]
	return Properties{
		"ImageTagMutability": r.ImageTagMutability, "RepositoryPolicyText": policy.PolicyText,
		"ImageScanningConfiguration": r.ImageScanningConfiguration,
	}, nil
}

func role(d Deployed, id string) (Properties, error) {
	var answer struct {
		Role struct {
			Path                     string
			AssumeRolePolicyDocument any
			MaxSessionDuration       int
			PermissionsBoundary      struct{ PermissionsBoundaryArn string }
			Tags                     []any
		}
	}
	name := map[string]string{"RoleName": id}
	if err := d.do("iam", "GetRole", name, &answer); err != nil {
		return nil, err
	}
	var attached struct{ AttachedPolicies []any }
	if err := d.do("iam", "ListAttachedRolePolicies", name, &attached); err != nil {
		return nil, err
	}
	r := answer.Role
	return Properties{
		"Path": r.Path, "AssumeRolePolicyDocument": r.AssumeRolePolicyDocument, "MaxSessionDuration": r.MaxSessionDuration,
		"PermissionsBoundary": r.PermissionsBoundary.PermissionsBoundaryArn, "Tags": r.Tags, "ManagedPolicyArns": attached.AttachedPolicies,
	}, nil
}

func key(d Deployed, id string) (Properties, error) {
	input := map[string]string{"KeyId": id}
	var rotation struct{ KeyRotationEnabled bool }
	if err := d.do("kms", "GetKeyRotationStatus", input, &rotation); err != nil {
		return nil, err
	}
	var policy struct{ Policy any }
	if err := d.do("kms", "GetKeyPolicy", map[string]string{"KeyId": id, "PolicyName": "default"}, &policy); err != nil {
		return nil, err
	}
	var tags struct {
		Tags []struct{ TagKey, TagValue string }
	}
	if err := d.do("kms", "ListResourceTags", input, &tags); err != nil {
		return nil, err
	}
	pairs := map[string]string{}
	for _, t := range tags.Tags {
		pairs[t.TagKey] = t.TagValue
	}
	return Properties{"EnableKeyRotation": rotation.KeyRotationEnabled, "KeyPolicy": policy.Policy, "Tags": pairs}, nil
}

func logGroup(d Deployed, id string) (Properties, error) {
	var answer struct {
		LogGroups []struct {
			LogGroupName, KmsKeyId string
			RetentionInDays        int
		}
	}
	if err := d.do("logs", "DescribeLogGroups", map[string]string{"logGroupNamePrefix": id}, &answer); err != nil {
		return nil, err
	}
	for _, g := range answer.LogGroups {
		if g.LogGroupName == id {
			return Properties{"RetentionInDays": g.RetentionInDays, "KmsKeyId": g.KmsKeyId}, nil
		}
	}
	return nil, orMissing(nil)
}

func bucket(d Deployed, id string) (Properties, error) {
	out := Properties{}
	var encryption struct {
		ServerSideEncryptionConfiguration struct {
			Rules []struct {
				ApplyServerSideEncryptionByDefault struct{ SSEAlgorithm string }
			}
		}
	}
	var versioning struct{ Status string }
	var block struct{ PublicAccessBlockConfiguration any }
	var ownership struct {
		OwnershipControls struct{ Rules []any }
	}
	for _, read := range []struct {
		operation string
		into      any
	}{{"GetBucketEncryption", &encryption}, {"GetBucketVersioning", &versioning}, {"GetPublicAccessBlock", &block}, {"GetBucketOwnershipControls", &ownership}} {
		if err := d.do("s3", read.operation, map[string]string{"Bucket": id}, read.into); err != nil && !unset(err) {
			return nil, err
		}
	}
	out["BucketEncryption"] = ""
	for _, r := range encryption.ServerSideEncryptionConfiguration.Rules {
		out["BucketEncryption"] = r.ApplyServerSideEncryptionByDefault.SSEAlgorithm
	}
	out["VersioningConfiguration"] = map[string]string{"Status": versioning.Status}
	out["PublicAccessBlockConfiguration"] = block.PublicAccessBlockConfiguration
	out["OwnershipControls"] = map[string]any{"Rules": ownership.OwnershipControls.Rules}
	return out, nil
}

func parameter(d Deployed, id string) (Properties, error) {
	var answer struct{ Parameter struct{ Value, Type string } }
	if err := d.do("ssm", "GetParameter", map[string]string{"Name": id}, &answer); err != nil {
		return nil, err
	}
	return Properties{"Type": answer.Parameter.Type, "Name": id}, nil
}

// unset tells whether the API says that the bucket has no such setting.
func unset(err error) bool {
	return strings.Contains(err.Error(), "NotFound") || strings.Contains(err.Error(), "NoSuchPublicAccessBlock")
}

func orMissing(err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("the API does not show it")
}
