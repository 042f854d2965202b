package changes_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/changes"
	"github.com/secureml/environments/internal/mergepatch"
	"github.com/secureml/environments/inventory"
)

// stack reads the template of the tests with patches of its resources (RFC 7386) and of nothing else.
func stack(t *testing.T, patches ...string) inventory.Stack {
	t.Helper()
	content, err := os.ReadFile("testdata/stack.json")
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	decode(t, string(content), &document)
	for _, text := range patches {
		var patch map[string]any
		decode(t, text, &patch)
		document["Resources"] = mergepatch.Apply(document["Resources"], patch)
	}
	merged, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	s := inventory.Stack{ID: "stack", Name: "stack", Account: "111122223333", Region: "eu-west-1"}
	decode(t, string(merged), &s.Template)
	return s
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

func compare(t *testing.T, before, after inventory.Stack) []changes.Change {
	t.Helper()
	found, err := changes.CompareStack(before, after)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// lines are the changes without their texts, in the order in which they are told. What Guard rules say is written by the
// rule's control only, and left out for new resources, which break many rules in the small template.
func lines(found []changes.Change) []string {
	var all []string
	for _, c := range found {
		if rule, ok := strings.CutPrefix(c.Property, "Guard rule "); ok {
			if c.Resource != "New" && c.Resource != "More" && c.Resource != "Second" {
				all = append(all, fmt.Sprintf("%s %s %s guard %s", c.Severity, c.Class, c.Resource, rule[:5]))
			}
			continue
		}
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", c.Severity, c.Class, c.Resource, c.Property)))
	}
	return all
}

// row is a change of the newer template and everything that is found. Each class has its near misses, for which nothing is.
type row struct {
	name, patch string
	want        []string
}

func check(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			found := compare(t, stack(t), stack(t, r.patch))
			if got := lines(found); !slices.Equal(got, r.want) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(r.want, "\n"))
			}
			for _, c := range found {
				if c.Why == "" || c.Do == "" || c.Stack != "stack" || c.Resource != "" && c.Type == "" {
					t.Errorf("%+v leaves something out", c)
				}
			}
		})
	}
}

func TestReplacement(t *testing.T) {
	check(t, []row{
		{"a tag", `{"Bucket": {"Properties": {"Tags": [{"Key": "Project", "Value": "p"}, {"Key": "Owner", "Value": "o"}]}}}`, nil},
		{"a description that can be changed", `{"OtherKey": {"Properties": {"Description": "better"}}}`, nil},
		{"the order of a list", `{"Firewall": {"Properties": {"FirewallRules": [
			{"Action": "BLOCK", "FirewallDomainListId": {"Ref": "All"}, "Priority": 2}, {"Action": "ALLOW", "FirewallDomainListId": {"Ref": "Allowed"}, "Priority": 1}]}}}`, nil},
		{"a number as text", `{"Logs": {"Properties": {"RetentionInDays": "365"}}}`, nil},
		{"a reference as what it refers to", `{"Logs": {"Properties": {"LogGroupName": {"Fn::Join": ["/", ["", "data"]]}}}}`, nil},
		{"metadata", `{"Bucket": {"Metadata": {"aws:cdk:path": "elsewhere"}}}`, nil},
		{"the limit of a budget", `{"Budget": {"Properties": {"Budget": {"BudgetLimit": {"Amount": 20}}}}}`, nil},
		{"a nested property that replaces", `{"Budget": {"Properties": {"Budget": {"BudgetName": "c"}}}}`, []string{"medium replacement Budget Budget.BudgetName"}},
		{"a bucket that is kept", `{"Bucket": {"Properties": {"ObjectLockEnabled": true}}}`,
			[]string{"high replacement Bucket ObjectLockEnabled", "low replacement BucketPolicy Bucket"}},
		{"a bucket that is not kept", `{"Bucket": {"UpdateReplacePolicy": "Delete", "Properties": {"BucketName": "other"}}}`, []string{
			"critical replacement Bucket BucketName", "high lost-control Bucket guard ISO09", "low replacement BucketPolicy Bucket"}},
		{"a log group's name", `{"Logs": {"Properties": {"LogGroupName": "/other"}}}`, []string{"critical replacement Logs LogGroupName"}},
		{"a description that cannot be changed", `{"Boundary": {"Properties": {"Description": "limits"}}}`, []string{"low replacement Boundary Description"}},
		{"whatever depends on a VPC", `{"Vpc": {"Properties": {"CidrBlock": "10.1.0.0/16"}}}`, []string{
			"medium replacement Endpoint VpcId", "medium replacement FlowLog ResourceId", "medium replacement Group VpcId",
			"medium replacement Routes VpcId", "medium replacement Subnet VpcId", "medium replacement Vpc CidrBlock"}},
		{"a condition decides whether it is replaced", `{"Vpc": {"Properties": {"InstanceTenancy": "dedicated"}}}`, []string{"medium replacement Vpc InstanceTenancy"}},
		{"perhaps, and it holds data", `{"Source": {"Properties": {"Triggers": [{"Name": "t"}]}}}`, []string{"high replacement Source Triggers"}},
		{"another key where it cannot be changed", `{"Packages": {"Properties": {"EncryptionKey": {"Fn::GetAtt": ["OtherKey", "Arn"]}}}}`,
			[]string{"critical replacement Packages EncryptionKey", "high lost-control Packages EncryptionKey"}},
		{"another logical id for the same name", `{"Logs": null, "Records": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/data", "RetentionInDays": 400, "KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}}}`,
			[]string{"critical replacement Records logical id"}},
		{"another logical id for a subnet", `{"Subnet": null, "SubnetA": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24"}}}`,
			[]string{"medium replacement SubnetA logical id"}},
		{"a type that nobody knows", `{"New": {"Type": "Company::Own::Thing", "Properties": {"A": 1}}}`, nil},
	})
}

func TestReplacementOfUnknownTypes(t *testing.T) {
	before := stack(t, `{"Count": {"Type": "AWS::CDK::Metadata", "Properties": {"Analytics": "v1"}}, "New": {"Type": "Company::Own::Thing", "Properties": {"A": 1}}, "Custom": {"Type": "Custom::Thing", "Properties": {"A": 1}}}`)
	after := stack(t, `{"Count": {"Type": "AWS::CDK::Metadata", "Properties": {"Analytics": "v2"}}, "New": {"Type": "Company::Own::Thing", "Properties": {"A": 2}}, "Custom": {"Type": "Custom::Thing", "Properties": {"A": 2}}}`)
	want := []string{"medium replacement Custom", "medium replacement New"}
	if got := lines(compare(t, before, after)); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if got := compare(t, before, before); got != nil {
		t.Errorf("found %q where nothing changes", lines(got))
	}
}

func TestExplicitNamesBlockReplacement(t *testing.T) {
	found := compare(t, stack(t), stack(t, `{"Bucket": {"Properties": {"ObjectLockEnabled": true}}}`))
	if !strings.Contains(found[0].Do, "keeps its explicit name") || found[0].Path != "stack/Environment/Bucket/Resource" {
		t.Errorf("found %+v", found[0])
	}
	if found := compare(t, stack(t), stack(t, `{"Bucket": {"Properties": {"BucketName": "other"}}}`)); strings.Contains(found[0].Do, "explicit name") {
		t.Errorf("found %+v", found[0])
	}
}

func TestRemoval(t *testing.T) {
	check(t, []row{
		{"a bucket that is kept", `{"Bucket": null, "BucketPolicy": null}`, []string{"high removal Bucket", "low removal BucketPolicy"}},
		{"a log group, which is deleted", `{"Logs": null}`, []string{"critical removal Logs"}},
		{"a subnet", `{"Subnet": null}`, []string{"medium removal Subnet"}},
		{"what watches", `{"FlowLog": null}`, []string{"high lost-control  guard NET18", "high lost-control FlowLog", "medium removal FlowLog"}},
		{"another type under the same id", `{"Subnet": {"Type": "AWS::EC2::RouteTable", "Properties": {"CidrBlock": null}}}`, []string{"medium removal Subnet Type"}},
		{"a condition", `{"Logs": {"Condition": "Sometimes"}, "Subnet": {"Condition": "Sometimes"}}`,
			[]string{"critical removal Logs Condition", "medium removal Subnet Condition"}},
	})
}

func TestLostControl(t *testing.T) {
	check(t, []row{
		{"a key's rotation", `{"Key": {"Properties": {"EnableKeyRotation": false}}}`, []string{"high lost-control Key guard ENC10"}},
		{"less time to notice a deletion", `{"Key": {"Properties": {"PendingWindowInDays": 7}}}`, []string{"high lost-control Key guard ENC10"}},
		{"longer retention", `{"Logs": {"Properties": {"RetentionInDays": 731}}}`, nil},
		{"shorter retention", `{"Logs": {"Properties": {"RetentionInDays": 30}}}`, []string{"high lost-control Logs RetentionInDays"}},
		{"no retention", `{"Logs": {"Properties": {"RetentionInDays": null}}}`, []string{"high lost-control Logs guard ENC11"}},
		{"no key", `{"Logs": {"Properties": {"KmsKeyId": null}}}`, []string{"high lost-control Logs guard ENC11"}},
		{"another key", `{"Logs": {"Properties": {"KmsKeyId": {"Fn::GetAtt": ["OtherKey", "Arn"]}}}}`, []string{"high lost-control Logs KmsKeyId"}},
		{"public access", `{"Bucket": {"Properties": {"PublicAccessBlockConfiguration": {"BlockPublicPolicy": false}}}}`, []string{"high lost-control Bucket guard ISO09"}},
		{"versions", `{"Bucket": {"Properties": {"VersioningConfiguration": {"Status": "Suspended"}}}}`, []string{"high lost-control Bucket guard ISO09"}},
		{"access logs", `{"Bucket": {"Properties": {"LoggingConfiguration": null}}}`, []string{"high lost-control Bucket guard ISO09"}},
		{"retention of a key", `{"Key": {"DeletionPolicy": "Delete"}}`, []string{"high lost-control Key guard ISO09"}},
		{"names of a service lead past its endpoint", `{"Endpoint": {"Properties": {"PrivateDnsEnabled": false}}}`, []string{"high lost-control Endpoint PrivateDnsEnabled"}},
		{"part of the traffic", `{"FlowLog": {"Properties": {"TrafficType": "REJECT"}}}`, []string{"high lost-control  guard NET18", "high lost-control FlowLog TrafficType", "medium replacement FlowLog TrafficType"}},
		{"a rule of the firewall", `{"Firewall": {"Properties": {"FirewallRules": [{"Action": "ALLOW", "FirewallDomainListId": {"Ref": "Allowed"}, "Priority": 1}]}}}`, []string{"high lost-control Firewall FirewallRules", "high lost-control Firewall guard NET17"}},
	})
}

// Statements of the template of the tests, to be filled in.
const (
	work    = `{"Sid": "Work", "Effect": "Allow", "Action": %s, "Resource": "%s"%s}`
	plain   = `{"Sid": "Plain", "Effect": "Deny", "Action": "s3:*", "Resource": ["arn:aws:s3:::data/*", "arn:aws:s3:::data"], "Principal": "*", "Condition": {"Bool": {"test:tls": "false"}}}`
	read    = `{"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": "arn:aws:s3:::data/*", "Principal": {"AWS": %s}}`
	own     = `{"Fn::GetAtt": ["Role", "Arn"]}`
	subnets = `{"Sid": "NET01Subnets", "Effect": "Deny", "Action": %s, "Resource": "*"%s}`
)

// inDocument makes a patch that replaces the statements of a document.
func inDocument(resource, property, statements string) string {
	return fmt.Sprintf(`{"%s": {"Properties": {"%s": {"Statement": [%s]}}}}`, resource, property, statements)
}

func TestWidenedPrivilege(t *testing.T) {
	statement := inDocument
	grant := func(actions, resource, condition string) string {
		return statement("Grants", "PolicyDocument", fmt.Sprintf(work, actions, resource, condition))
	}
	check(t, []row{
		{"an action leaves an allow", grant(`"s3:GetObject"`, "arn:aws:s3:::data/*", ""), nil},
		{"the order of actions", grant(`["s3:PutObject", "s3:GetObject"]`, "arn:aws:s3:::data/*", ""), nil},
		{"a narrower resource", grant(`["s3:PutObject", "s3:GetObject"]`, "arn:aws:s3:::data/train/*", ""), nil},
		{"a condition", grant(`["s3:PutObject", "s3:GetObject"]`, "arn:aws:s3:::data/*", `, "Condition": {"StringEquals": {"test:k": "v"}}`), nil},
		{"an action is added to a deny", statement("Guardrails", "PolicyDocument", fmt.Sprintf(subnets, `["sagemaker:CreateTrainingJob", "sagemaker:CreateModel"]`, "")), nil},
		{"one more deny", statement("Grants", "PolicyDocument", fmt.Sprintf(work, `["s3:PutObject", "s3:GetObject"]`, "arn:aws:s3:::data/*", "")+","+fmt.Sprintf(subnets, `"s3:*"`, "")), nil},
		{"an action is added to an allow", grant(`["s3:PutObject", "s3:GetObject", "s3:DeleteObject"]`, "arn:aws:s3:::data/*", ""),
			[]string{"high widened-privilege Grants PolicyDocument[Work]"}},
		{"a wider resource", grant(`["s3:PutObject", "s3:GetObject"]`, "*", ""), []string{"high widened-privilege Grants PolicyDocument[Work]"}},
		{"a narrower deny", statement("Guardrails", "PolicyDocument", fmt.Sprintf(subnets, `"sagemaker:CreateTrainingJob"`, `, "Condition": {"Null": {"test:k": "true"}}`)),
			[]string{"high widened-privilege Guardrails PolicyDocument[NET01Subnets]"}},
		{"a control's last statement", statement("Guardrails", "PolicyDocument", ""),
			[]string{"high lost-control  NET-01", "high widened-privilege Guardrails PolicyDocument[NET01Subnets]"}},
		{"a statement moves to another policy of the role", `{"Guardrails": {"Properties": {"PolicyDocument": {"Statement": []}}}, "Role": {"Properties": {"Policies": [
			{"PolicyName": "inline", "PolicyDocument": {"Statement": [{"Sid": "Log", "Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}, ` + fmt.Sprintf(subnets, `"sagemaker:CreateTrainingJob"`, "") + `]}}]}}}`, nil},
		{"guardrails are taken off", `{"Role": {"Properties": {"ManagedPolicyArns": [{"Ref": "Grants"}]}}}`, []string{"high widened-privilege Role ManagedPolicyArns[Guardrails]"}},
		{"a policy is attached by itself", `{"More": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "more", "Roles": [{"Ref": "Role"}],
			"PolicyDocument": {"Statement": [{"Sid": "All", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}}}`, []string{"high widened-privilege Role ManagedPolicyArns[More]"}},
		{"an inline policy", `{"Role": {"Properties": {"Policies": [{"PolicyName": "inline", "PolicyDocument": {"Statement": [{"Sid": "Log", "Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}}]}}}`,
			[]string{"high widened-privilege Role Policies.inline[Log]"}},
		{"a policy of AWS", `{"Role": {"Properties": {"ManagedPolicyArns": [{"Ref": "Guardrails"}, {"Ref": "Grants"}, "arn:aws:iam::aws:policy/AdministratorAccess"]}}}`,
			[]string{"high widened-privilege Role ManagedPolicyArns"}},
	})
}

func TestBoundariesTrustAndNewRoles(t *testing.T) {
	statement := inDocument
	check(t, []row{
		{"no boundary", `{"Role": {"Properties": {"PermissionsBoundary": null}}}`, []string{"critical widened-privilege Role PermissionsBoundary", "high lost-control Role guard ISO05"}},
		{"a boundary from elsewhere", `{"Role": {"Properties": {"PermissionsBoundary": "arn:aws:iam::111122223333:policy/x"}}}`, []string{"high widened-privilege Role PermissionsBoundary"}},
		{"another boundary", `{"Role": {"Properties": {"PermissionsBoundary": {"Ref": "WideBoundary"}}}}`, []string{"high widened-privilege WideBoundary PolicyDocument[Maximum]"}},
		{"a wider boundary", statement("Boundary", "PolicyDocument", `{"Sid": "Maximum", "Effect": "Allow", "Action": ["s3:*", "kms:*", "iam:*"], "Resource": "*"}`),
			[]string{"high widened-privilege Boundary PolicyDocument[Maximum]"}},
		{"longer sessions", `{"Role": {"Properties": {"MaxSessionDuration": 7200}}}`, []string{"medium widened-privilege Role MaxSessionDuration"}},
		{"the default session", `{"Role": {"Properties": {"MaxSessionDuration": null}}}`, nil},
		{"a trust without its condition", statement("Role", "AssumeRolePolicyDocument", `{"Sid": "Service", "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "sagemaker.amazonaws.com"}}`),
			[]string{"high widened-privilege Role AssumeRolePolicyDocument[Service]"}},
		{"one more service is trusted", statement("Role", "AssumeRolePolicyDocument", `{"Sid": "Service", "Effect": "Allow", "Action": "sts:AssumeRole",
			"Principal": {"Service": ["sagemaker.amazonaws.com", "lambda.amazonaws.com"]}, "Condition": {"StringEquals": {"test:account": "111122223333"}}}`),
			[]string{"high widened-privilege Role AssumeRolePolicyDocument[Service]"}},
		{"statements of a bucket in another order", statement("BucketPolicy", "PolicyDocument", fmt.Sprintf(read, own)+","+plain), nil},
		{"a bucket's deny", statement("BucketPolicy", "PolicyDocument", fmt.Sprintf(read, own)), []string{"high widened-privilege BucketPolicy PolicyDocument[Plain]"}},
		{"a bucket's policy", `{"BucketPolicy": null}`, []string{"high lost-control  guard ENC06", "high widened-privilege BucketPolicy PolicyDocument[Plain]", "low removal BucketPolicy"}},
		{"a key's policy", `{"Key": {"Properties": {"KeyPolicy": null}}}`, []string{"high widened-privilege Key KeyPolicy[Default]"}},
		{"an unreadable policy", `{"Grants": {"Properties": {"PolicyDocument": {"Ref": "Somewhere", "Statement": null}}}}`, []string{"high widened-privilege Role Policies"}},
		{"a role inside the boundary, of a persona that exists", `{"Second": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Ref": "Boundary"}, "Tags": [{"Key": "secureml:persona", "Value": "job"}]}}}`,
			[]string{"low widened-privilege Second"}},
		{"a role inside the boundary, of another persona", `{"Second": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Ref": "Boundary"}, "Tags": [{"Key": "secureml:persona", "Value": "auditor"}]}}}`,
			[]string{"medium widened-privilege Second"}},
		{"a role without a boundary", `{"Second": {"Type": "AWS::IAM::Role", "Properties": {"Tags": [{"Key": "secureml:persona", "Value": "job"}]}}}`, []string{"high widened-privilege Second PermissionsBoundary"}},
	})
}

func TestPublicSurface(t *testing.T) {
	rule := func(property, body string) string {
		return `{"Group": {"Properties": {"` + property + `": [` + body + `]}}}`
	}
	const stranger = `{"Statement": [{"Sid": "Stranger", "Effect": "Allow", "Action": "%s", "Resource": "*", "Principal": %s}]}`
	check(t, []row{
		{"a gateway", `{"Gateway": {"Type": "AWS::EC2::InternetGateway"}}`, []string{"critical public-surface Gateway", "high lost-control Gateway guard NET15"}},
		{"a route to a gateway", `{"Out": {"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": {"Ref": "Routes"}, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}}}`, []string{"critical public-surface Out", "high lost-control Out guard NET15"}},
		{"a route to an endpoint", `{"Out": {"Type": "AWS::EC2::Route", "Properties": {"RouteTableId": {"Ref": "Routes"}, "DestinationPrefixListId": "pl-1", "VpcEndpointId": "vpce-1"}}}`, nil},
		{"a range inside the one that may come in", rule("SecurityGroupIngress", `{"IpProtocol": "tcp", "FromPort": 443, "ToPort": "443", "CidrIp": "10.0.1.0/24"}`), nil},
		{"a rule of its own for the same traffic", `{"Rule": {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {"GroupId": {"Fn::GetAtt": ["Group", "GroupId"]}, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/17"}}}`, nil},
		{"one more port", rule("SecurityGroupIngress", `{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 444, "CidrIp": "10.0.0.0/16"}`), []string{"medium public-surface Group SecurityGroupIngress"}},
		{"all protocols", rule("SecurityGroupIngress", `{"IpProtocol": "-1", "CidrIp": "10.0.0.0/16"}`), []string{"high lost-control Group guard NET16", "medium public-surface Group SecurityGroupIngress"}},
		{"a network outside", rule("SecurityGroupIngress", `{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "192.0.2.0/24"}`), []string{"high public-surface Group SecurityGroupIngress"}},
		{"everybody", rule("SecurityGroupIngress", `{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}`), []string{"critical public-surface Group SecurityGroupIngress", "high lost-control Group guard NET16"}},
		{"everybody by IPv6", rule("SecurityGroupIngress", `{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv6": "::/0"}`), []string{"critical public-surface Group SecurityGroupIngress", "high lost-control Group guard NET16"}},
		{"another group", rule("SecurityGroupIngress", `{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "SourceSecurityGroupId": "sg-1"}`), []string{"medium public-surface Group SecurityGroupIngress"}},
		{"another prefix list", rule("SecurityGroupEgress", `{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "DestinationPrefixListId": "pl-2"}`), []string{"high public-surface Group SecurityGroupEgress"}},
		{"no rule for egress, which lets out everything", `{"Group": {"Properties": {"SecurityGroupEgress": null}}}`, []string{"critical public-surface Group SecurityGroupEgress", "high lost-control Group guard NET16"}},
		{"egress to nobody", rule("SecurityGroupEgress", `{"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "255.255.255.255/32"}`), nil},
		{"an endpoint without a policy", `{"Endpoint": {"Properties": {"PolicyDocument": null}}}`, []string{"critical public-surface Endpoint PolicyDocument", "high lost-control Endpoint guard NET10"}},
		{"one more endpoint", `{"More": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": {"Ref": "Vpc"}, "ServiceName": "com.amazonaws.eu-west-1.sts", "PolicyDocument": {"Statement": [
			{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*", "Condition": {"StringEquals": {"test:account": "111122223333"}}}]}}}}`, []string{"low public-surface More"}},
		{"a stranger reads a bucket", `{"BucketPolicy": {"Properties": {"PolicyDocument": {"Statement": [
			{"Sid": "Plain", "Effect": "Deny", "Action": "s3:*", "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"], "Principal": "*", "Condition": {"Bool": {"test:tls": "false"}}},
			{"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": "arn:aws:s3:::data/*",
			"Principal": {"AWS": [{"Fn::GetAtt": ["Role", "Arn"]}, "arn:aws:iam::666666666666:root"]}}]}}}}`, []string{"critical public-surface BucketPolicy PolicyDocument[Read]"}},
		{"a new key for a stranger", `{"New": {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": true, "KeyPolicy": ` + fmt.Sprintf(stranger, "kms:Decrypt", `{"AWS": "666666666666"}`) + `}}}`, []string{"critical public-surface New KeyPolicy[Stranger]"}},
		{"a new topic for everybody", `{"New": {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": ["t"], "PolicyDocument": ` + fmt.Sprintf(stranger, "sns:Publish", `"*"`) + `}}}`,
			[]string{"critical public-surface New PolicyDocument[Stranger]"}},
		{"a new topic for the own account", `{"New": {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": ["t"], "PolicyDocument": ` + fmt.Sprintf(stranger, "sns:Publish", `{"AWS": {"Ref": "AWS::AccountId"}}`) + `}}}`, nil},
		{"the group by Ref instead of GetAtt", `{"Endpoint": {"Properties": {"SecurityGroupIds": [{"Ref": "Group"}]}}, "Rule": {"Type": "AWS::EC2::SecurityGroupIngress",
			"Properties": {"GroupId": {"Ref": "Group"}, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/17"}}}`, nil},
		{"a function for a service, on behalf of one rule", `{"Invoke": {"Type": "AWS::Lambda::Permission", "Properties": {"Principal": "events.amazonaws.com", "SourceArn": "arn:aws:events:eu-west-1:111122223333:rule/r"}}}`, nil},
		{"a function for the own account", `{"Invoke": {"Type": "AWS::Lambda::Permission", "Properties": {"Principal": {"Ref": "AWS::AccountId"}}}}`, nil},
		{"a function for a service, on behalf of anybody", `{"Invoke": {"Type": "AWS::Lambda::Permission", "Properties": {"Principal": "events.amazonaws.com"}}}`,
			[]string{"high public-surface Invoke Principal"}},
		{"a function for a stranger", `{"Invoke": {"Type": "AWS::Lambda::Permission", "Properties": {"Principal": "666666666666"}}}`, []string{"critical public-surface Invoke Principal"}},
		{"a name that is allowed", `{"Allowed": {"Properties": {"Domains": ["*.amazonaws.com", "example.com"]}}}`, []string{"high public-surface Allowed Domains"}},
		{"a name that is blocked", `{"All": {"Properties": {"Domains": ["*", "example.com"]}}}`, nil},
		{"addresses for whatever starts", `{"Subnet": {"Properties": {"MapPublicIpOnLaunch": true}}}`, []string{"critical public-surface Subnet MapPublicIpOnLaunch", "high lost-control Subnet guard NET15"}},
		{"a notebook on the internet", `{"New": {"Type": "AWS::SageMaker::NotebookInstance", "Properties": {"DirectInternetAccess": "Enabled"}}}`, []string{"critical public-surface New DirectInternetAccess"}},
		{"a listener", `{"New": {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {"Protocol": "TLS", "Port": 443}}}`, []string{"high public-surface New"}},
	})
}
