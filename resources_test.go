package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/inventory"
)

// eachEnvironment runs the check on every project environment of every example.
func eachEnvironment(t *testing.T, check func(t *testing.T, e environment)) {
	t.Helper()
	for example := range synthesized {
		for _, s := range environmentStacks(assembly(t, example)) {
			t.Run(example+"/"+s.ID, func(t *testing.T) { check(t, load(t, s)) })
		}
	}
}

// at walks into nested properties; a number in the path is an index.
func at(v any, path ...any) any {
	for _, step := range path {
		switch s := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[s]
		case int:
			l, _ := v.([]any)
			if s >= len(l) {
				return nil
			}
			v = l[s]
		}
	}
	return v
}

// N9, NET-15.
func TestNothingLeadsOut(t *testing.T) {
	forbidden := []string{
		"AWS::EC2::InternetGateway", "AWS::EC2::VPCGatewayAttachment", "AWS::EC2::NatGateway", "AWS::EC2::VPCPeeringConnection",
		"AWS::EC2::TransitGatewayAttachment", "AWS::EC2::TransitGatewayVpcAttachment", "AWS::EC2::VPNGateway", "AWS::EC2::EIP",
		"AWS::EC2::EgressOnlyInternetGateway", "AWS::EC2::ClientVpnEndpoint", "AWS::EC2::Route",
	}
	for example := range synthesized {
		for _, s := range assembly(t, example).Stacks {
			for id, r := range resolved(t, s) {
				if slices.Contains(forbidden, r.Type) {
					t.Errorf("NET-15: %s of %s is a %s", id, s.ID, r.Type)
				}
				if r.Type == "AWS::EC2::Subnet" && r.Properties["MapPublicIpOnLaunch"] != false {
					t.Errorf("NET-15: subnet %s of %s gives out public addresses", id, s.ID)
				}
				if r.Type == "AWS::ElasticLoadBalancingV2::LoadBalancer" && r.Properties["Scheme"] != "internal" {
					t.Errorf("NET-15: load balancer %s of %s is not internal", id, s.ID)
				}
			}
		}
	}
}

// N4, T3, NET-16.
func TestSecurityGroups(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, e environment) {
		work, endpoints := e.id(t, "WorkGroup"), e.id(t, "EndpointGroup")
		var rules []string
		describe := func(direction, group string, rule map[string]any) {
			var to string
			for _, peer := range []string{"DestinationSecurityGroupId", "SourceSecurityGroupId", "DestinationPrefixListId", "CidrIp", "CidrIpv6"} {
				if rule[peer] != nil {
					to = fmt.Sprint(rule[peer])
				}
			}
			named := strings.NewReplacer(work, "work", endpoints, "endpoints", "pl-6da54004", "s3", "pl-63a5400a", "s3").Replace
			rules = append(rules, fmt.Sprintf("%s %s %s %s %v-%v", named(group), direction, named(to), rule["IpProtocol"], rule["FromPort"], rule["ToPort"]))
		}
		for id, r := range e.resources {
			switch r.Type {
			case "AWS::EC2::SecurityGroup":
				for _, rule := range list(r.Properties["SecurityGroupEgress"]) {
					ref, _ := e.resolver.Resolve(map[string]any{"Ref": id})
					describe("to", fmt.Sprint(ref), rule.(map[string]any))
				}
				if r.Properties["SecurityGroupIngress"] != nil {
					t.Errorf("%s has ingress that this test does not see", id)
				}
			case "AWS::EC2::SecurityGroupIngress":
				describe("from", fmt.Sprint(r.Properties["GroupId"]), r.Properties)
			case "AWS::EC2::SecurityGroupEgress":
				describe("to", fmt.Sprint(r.Properties["GroupId"]), r.Properties)
			}
		}
		slices.Sort(rules)
		want := []string{
			"endpoints from work tcp 443-443",
			"endpoints to 255.255.255.255/32 icmp 252-86", // no traffic at all
			"work from work 50 <nil>-<nil>", "work from work tcp 0-65535", "work from work udp 500-500",
			"work to endpoints tcp 443-443", "work to s3 tcp 443-443",
			"work to work 50 <nil>-<nil>", "work to work tcp 0-65535", "work to work udp 500-500",
		}
		if !slices.Equal(rules, want) {
			t.Errorf("NET-16: the rules are\n%s\nwant\n%s", strings.Join(rules, "\n"), strings.Join(want, "\n"))
		}
	})
}

// N6, N7, NET-10, NET-11.
func TestEndpointPolicies(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, e environment) {
		endpoints := e.ofType("AWS::EC2::VPCEndpoint")
		if len(endpoints) < 12 {
			t.Fatalf("%d endpoints", len(endpoints))
		}
		account := e.resolverAccount()
		for id, r := range endpoints {
			service := fmt.Sprint(r.Properties["ServiceName"])
			if strings.Contains(service, "vpce") || strings.HasPrefix(service, "/secureml/shared/") {
				continue // the package index is a service of our own and takes no policy
			}
			all := statements(r.Properties["PolicyDocument"])
			if len(all) == 0 {
				t.Errorf("NET-10: %s has no policy", id)
			}
			for _, s := range all {
				if s.sid == "NET11ReadAwsOwned" {
					if !slices.Equal(s.actions, []string{"s3:GetObject"}) {
						t.Errorf("NET-11: %s allows %v on AWS's buckets", id, s.actions)
					}
					continue
				}
				equals, roles := s.conditions["StringEquals"], s.conditions["ArnLike"]["aws:PrincipalArn"]
				if len(roles) != 1 || !strings.Contains(roles[0], ":iam::"+account+":role/secureml/") || len(equals["aws:ResourceAccount"]) == 0 {
					t.Errorf("NET-10: %s of %s admits %v to %v", s.sid, id, roles, equals["aws:ResourceAccount"])
				}
				if s.sid == "NET10OwnToOwn" && slices.Contains(equals["aws:ResourceAccount"], "666666666666") {
					t.Errorf("NET-10: %s reaches a stranger", id)
				}
				if strings.HasPrefix(s.sid, "NET11") && slices.ContainsFunc(s.resources, func(r string) bool { return strings.Contains(strings.TrimSuffix(r, "/*"), "*") }) {
					t.Errorf("NET-11: %s names buckets by a pattern: %v", id, s.resources)
				}
			}
			if r.Properties["VpcEndpointType"] == "Interface" && (r.Properties["PrivateDnsEnabled"] != true || len(texts(r.Properties["SecurityGroupIds"])) == 0) {
				t.Errorf("%s has no private name or no security group", id)
			}
		}
	})
}

func (e environment) resolverAccount() string {
	if e.stack.Account != "" {
		return e.stack.Account
	}
	return "111122223333"
}

// N5: what a feature needs is there, and nothing else.
func TestEndpointsFollowFeatures(t *testing.T) {
	services := func(id string) []string {
		var names []string
		for _, r := range load(t, stack(t, assembly(t, "comprehensive"), id)).ofType("AWS::EC2::VPCEndpoint") {
			name := fmt.Sprint(r.Properties["ServiceName"])
			names = append(names, strings.NewReplacer("com.amazonaws.eu-west-1.", "", "aws.sagemaker.eu-west-1.", "").Replace(name))
		}
		slices.Sort(names)
		return names
	}
	core := []string{"ecr.api", "ecr.dkr", "kms", "logs", "monitoring", "s3", "sagemaker.api", "sagemaker.runtime", "ssm", "sts"}
	const index = "/secureml/shared/index-endpoint-service"
	for id, more := range map[string][]string{
		"secureml-fraud-dev": {
			"codecommit", "git-codecommit", "studio", "notebook", "experiments", "sagemaker.featurestore-runtime", "servicecatalog", index,
		},
		"secureml-fraud-prod": {"codecommit", "git-codecommit", "sagemaker.featurestore-runtime", index},
		"secureml-churn-dev":  {"studio", "experiments", index},
	} {
		want := slices.Sorted(slices.Values(slices.Concat(core, more)))
		if got := services(id); !slices.Equal(got, want) {
			t.Errorf("%s has endpoints\n%v, want\n%v", id, got, want)
		}
	}
}

// E1, E2, I5, A6, T1: every bucket, with the documents attached to it.
func TestBuckets(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, e environment) {
		buckets := e.ofType("AWS::S3::Bucket")
		if len(buckets) != 3 {
			t.Fatalf("%d buckets", len(buckets))
		}
		log := e.id(t, "AccessLogBucket")
		for id, r := range buckets {
			p := r.Properties
			isLog := strings.Contains(id, "AccessLog")
			encryption := at(p, "BucketEncryption", "ServerSideEncryptionConfiguration", 0)
			key := at(encryption, "ServerSideEncryptionByDefault", "KMSMasterKeyID")
			if !isLog && (at(encryption, "ServerSideEncryptionByDefault", "SSEAlgorithm") != "aws:kms" || key != e.arn(t, "DataKey") || at(encryption, "BucketKeyEnabled") != true) {
				t.Errorf("ENC-05: %s is encrypted with %v", id, encryption)
			}
			if at(p, "VersioningConfiguration", "Status") != "Enabled" {
				t.Errorf("ISO-09: %s is not versioned", id)
			}
			for _, block := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
				if at(p, "PublicAccessBlockConfiguration", block) != true {
					t.Errorf("ISO-09: %s lacks %s", id, block)
				}
			}
			if at(p, "OwnershipControls", "Rules", 0, "ObjectOwnership") != "BucketOwnerEnforced" {
				t.Errorf("ISO-09: %s takes ACLs", id)
			}
			if r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain" {
				t.Errorf("ISO-09: %s is deleted with its stack", id)
			}
			if !isLog && at(p, "LoggingConfiguration", "DestinationBucketName") != log {
				t.Errorf("ISO-09: access to %s is not logged", id)
			}
		}
		e.checkBucketPolicies(t)
	})
}

func (e environment) checkBucketPolicies(t *testing.T) {
	policies := e.ofType("AWS::S3::BucketPolicy")
	if len(policies) != 3 {
		t.Fatalf("%d bucket policies", len(policies))
	}
	endpoint := []string{e.id(t, "S3Endpoint")}
	for id, r := range policies {
		all := statements(r.Properties["PolicyDocument"])
		bucket := "arn:aws:s3:::" + fmt.Sprint(r.Properties["Bucket"])
		both := []string{bucket, bucket + "/*"}
		has := func(action, operator, key string, values, resources []string) bool {
			return hasDeny(all, action, operator, key, values) && slices.ContainsFunc(all, func(s statement) bool {
				return s.effect == "Deny" && slices.Contains(s.actions, action) && slices.Equal(s.conditions[operator][key], values) &&
					slices.Equal(s.resources, resources) && slices.Equal(s.principals, []string{"*"})
			})
		}
		if !has("s3:*", "StringNotEquals", "aws:SourceVpce", endpoint, both) {
			t.Errorf("NET-12: %s answers outside the endpoint", id)
		}
		if !has("s3:*", "Bool", "aws:SecureTransport", []string{"false"}, both) || !has("s3:*", "NumericLessThan", "s3:TlsVersion", []string{"1.2"}, both) {
			t.Errorf("ENC-06: %s answers without TLS 1.2", id)
		}
		if !slices.ContainsFunc(all, func(s statement) bool {
			return s.sid == "ISO06ForeignPrincipal" && slices.ContainsFunc(s.conditions["ArnNotLike"]["aws:PrincipalArn"], func(arn string) bool {
				return strings.HasSuffix(arn, fmt.Sprintf("role/secureml/%s/*", strings.ReplaceAll(strings.TrimPrefix(e.stack.ID, "secureml-"), "-", "/")))
			})
		}) {
			t.Errorf("ISO-06: %s serves others", id)
		}
		if strings.Contains(id, "AccessLog") {
			continue
		}
		for _, c := range [][3]string{
			{"StringNotEquals", "s3:x-amz-server-side-encryption", "aws:kms"},
			{"StringNotEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id", e.arn(t, "DataKey")},
			{"Null", "s3:x-amz-server-side-encryption-aws-kms-key-id", "true"},
			{"Null", "s3:x-amz-server-side-encryption-customer-algorithm", "false"},
		} {
			if !has("s3:PutObject", c[0], c[1], []string{c[2]}, []string{bucket + "/*"}) {
				t.Errorf("ENC-05: %s admits a put when %s %s %s", id, c[1], c[0], c[2])
			}
		}
	}
}

// E3, ENC-07 to ENC-10.
func TestKeys(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, e environment) {
		keys := e.ofType("AWS::KMS::Key")
		if len(keys) != 3 {
			t.Fatalf("%d keys", len(keys))
		}
		cryptographic := []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:*"}
		for id, r := range keys {
			if r.Properties["EnableKeyRotation"] != true || r.DeletionPolicy != "Retain" || fmt.Sprint(r.Properties["PendingWindowInDays"]) != "30" {
				t.Errorf("ENC-10: %s does not rotate, or goes with its stack", id)
			}
			for _, s := range statements(r.Properties["KeyPolicy"]) {
				uses := slices.ContainsFunc(s.actions, func(a string) bool { return slices.Contains(cryptographic, a) })
				administers := slices.Contains(s.actions, "kms:PutKeyPolicy") || slices.Contains(s.actions, "kms:ScheduleKeyDeletion")
				toAccount := slices.ContainsFunc(s.principals, func(p string) bool { return strings.HasSuffix(p, ":root") })
				switch {
				case uses && administers:
					t.Errorf("ENC-09: %s of %s administers and uses", s.sid, id)
				case uses && toAccount && (len(s.conditions["ArnLike"]["aws:PrincipalArn"]) == 0 || len(s.conditions["StringEquals"]["kms:ViaService"]) == 0):
					t.Errorf("ENC-07: %s of %s lets the whole account use the key", s.sid, id)
				case administers && !slices.ContainsFunc(s.conditions["ArnLike"]["aws:PrincipalArn"], func(arn string) bool {
					return strings.Contains(arn, "role/cdk-") && strings.Contains(arn, "-cfn-exec-role-")
				}):
					t.Errorf("ENC-09: %s of %s is not limited to the deployment", s.sid, id)
				case slices.Contains(s.actions, "kms:CreateGrant") && !slices.Equal(s.conditions["Bool"]["kms:GrantIsForAWSResource"], []string{"true"}):
					t.Errorf("ENC-08: %s of %s grants to anybody", s.sid, id)
				case slices.Contains(s.principals, "*"):
					t.Errorf("%s of %s admits everybody", s.sid, id)
				}
			}
		}
	})
}

// E4, E6, E8, N1, A20: logs, images, code, name resolution.
func TestRecordsAndRegistries(t *testing.T) {
	eachEnvironment(t, func(t *testing.T, e environment) {
		for id, r := range e.ofType("AWS::Logs::LogGroup") {
			if r.Properties["KmsKeyId"] != e.arn(t, "LogKey") || r.Properties["RetentionInDays"] == nil {
				t.Errorf("ENC-11: %s has no key or no retention", id)
			}
		}
		for id, r := range e.ofType("AWS::ECR::Repository") {
			if at(r.Properties, "EncryptionConfiguration", "KmsKey") != e.arn(t, "DataKey") {
				t.Errorf("ENC-12: images in %s are not encrypted with the environment's key", id)
			}
			if r.Properties["ImageTagMutability"] != "IMMUTABLE" || at(r.Properties, "ImageScanningConfiguration", "ScanOnPush") != true {
				t.Errorf("SUP-03: tags in %s move, or images are not scanned", id)
			}
		}
		for id, r := range e.ofType("AWS::CodeCommit::Repository") {
			if r.Properties["KmsKeyId"] != e.arn(t, "DataKey") {
				t.Errorf("ENC-13: %s is not encrypted with the environment's key", id)
			}
		}
		for _, once := range []string{
			"AWS::EC2::FlowLog", "AWS::Route53Resolver::FirewallRuleGroupAssociation", "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
			"AWS::ECR::Repository", "AWS::Budgets::Budget",
		} {
			if n := len(e.ofType(once)); n != 1 {
				t.Errorf("there are %d of %s", n, once)
			}
		}
		for id, r := range e.ofType("AWS::EC2::FlowLog") {
			if r.Properties["TrafficType"] != "ALL" || r.Properties["ResourceId"] != e.id(t, "Vpc") {
				t.Errorf("NET-18: %s does not record everything", id)
			}
		}
		for id, r := range e.ofType("AWS::Route53Resolver::FirewallRuleGroup") {
			rules := list(r.Properties["FirewallRules"])
			last := rules[len(rules)-1]
			if at(last, "Action") != "BLOCK" || at(last, "FirewallDomainListId") != e.id(t, "AllDomains") {
				t.Errorf("NET-17: %s does not end in blocking all names", id)
			}
		}
	})
}

// tagValue are the characters that all services take in a tag's value (AWS General Reference, "Tag naming limits").
var tagValue = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$`)

// M1, CST-05. The types are those that CloudFormation lets carry tags.
func TestTags(t *testing.T) {
	taggable := []string{
		"AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::RouteTable", "AWS::EC2::SecurityGroup", "AWS::EC2::VPCEndpoint", "AWS::EC2::FlowLog",
		"AWS::KMS::Key", "AWS::S3::Bucket", "AWS::ECR::Repository", "AWS::CodeCommit::Repository", "AWS::IAM::Role", "AWS::Logs::LogGroup",
		"AWS::SSM::Parameter", "AWS::Route53Resolver::FirewallDomainList", "AWS::Route53Resolver::FirewallRuleGroup",
		"AWS::Route53Resolver::FirewallRuleGroupAssociation", "AWS::Route53Resolver::ResolverQueryLoggingConfig", "AWS::ResourceGroups::Group",
	}
	eachEnvironment(t, func(t *testing.T, e environment) {
		for id, r := range e.resources {
			if !slices.Contains(taggable, r.Type) {
				continue
			}
			tags := inventory.Tags(r)
			for key, value := range tags {
				if !tagValue.MatchString(value) {
					t.Errorf("%s has the tag %s with the value %q, which not every service takes", id, key, value)
				}
			}
			for _, key := range []string{controls.TagProject, controls.TagEnvironment, controls.TagCostCenter, controls.TagOwner, controls.TagClassification} {
				if tags[key] == "" {
					t.Errorf("CST-05: %s (%s) lacks the tag %s", id, r.Type, key)
				}
			}
		}
	})
}

// M2, CST-06.
func TestBudget(t *testing.T) {
	e := load(t, stack(t, assembly(t, "comprehensive"), "secureml-fraud-dev"))
	for _, r := range e.ofType("AWS::Budgets::Budget") {
		if fmt.Sprint(at(r.Properties, "Budget", "BudgetLimit", "Amount")) != "2500" {
			t.Errorf("CST-06: the limit is %v", at(r.Properties, "Budget", "BudgetLimit"))
		}
		if tags := list(r.Properties["ResourceTags"]); len(tags) != 5 || at(tags[4], "Value") != "fraud" {
			t.Errorf("CST-05: the budget's tags are %v", tags)
		}
		notifications := list(r.Properties["NotificationsWithSubscribers"])
		if len(notifications) != 2 || len(list(at(notifications[0], "Subscribers"))) != 2 {
			t.Errorf("CST-06: notifications %v", notifications)
		}
		if at(r.Properties, "Budget", "FilterExpression", "And", 1, "Tags", "Key") != controls.TagEnvironment {
			t.Errorf("CST-06: the budget counts other environments too: %v", at(r.Properties, "Budget", "FilterExpression"))
		}
	}
}

// ISO-08, GOV-06, GOV-07.
func TestTrust(t *testing.T) {
	for example := range synthesized {
		for _, s := range environmentStacks(assembly(t, example)) {
			for id, r := range load(t, s).ofType("AWS::IAM::Role") {
				checkTrust(t, s, id, r)
			}
		}
	}
}

func checkTrust(t *testing.T, s inventory.Stack, id string, r inventory.Resource) {
	t.Helper()
	persona := controls.Persona(inventory.Tags(r)[controls.TagPersona])
	for _, trust := range statements(r.Properties["AssumeRolePolicyDocument"]) {
		service := strings.HasSuffix(trust.principals[0], ".amazonaws.com")
		switch {
		case slices.Contains(trust.principals, "*") || len(trust.conditions) == 0:
			t.Errorf("ISO-08: %s of %s trusts %v without a condition", id, s.ID, trust.principals)
		case persona.IsPerson() && service:
			t.Errorf("ISO-08: %s of %s is for people and trusts %v", id, s.ID, trust.principals)
		case persona.IsPerson() && !strings.Contains(fmt.Sprint(trust.conditions), "sts:SourceIdentity"):
			t.Errorf("GOV-06: %s of %s demands no source identity", id, s.ID)
		case service && len(trust.conditions["StringEquals"]["aws:SourceAccount"]) != 1:
			t.Errorf("ISO-08: %s of %s can be a confused deputy", id, s.ID)
		}
	}
	if session := fmt.Sprint(r.Properties["MaxSessionDuration"]); persona == controls.BreakGlass && session != "3600" {
		t.Errorf("GOV-07: break-glass sessions of %s last %s seconds", s.ID, session)
	}
}
