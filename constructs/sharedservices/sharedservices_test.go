package sharedservices_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/policy"
)

// NET-15, H-72, H-73: nothing leads out, and nobody gets in but through the endpoint service.
func TestServedIndexHasNoWayOut(t *testing.T) {
	m := templateOf(t, index)
	allowed := []string{
		"AWS::EC2::FlowLog", "AWS::EC2::RouteTable", "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::Subnet",
		"AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::VPC", "AWS::EC2::VPCEndpoint", "AWS::EC2::VPCEndpointService",
		"AWS::EC2::VPCEndpointServicePermissions",
	}
	for id, r := range m.Resources {
		if strings.HasPrefix(r.Type, "AWS::EC2::") && !slices.Contains(allowed, r.Type) {
			t.Errorf("%s is a %s", id, r.Type)
		}
	}
	for id, r := range m.all("AWS::EC2::Subnet") {
		if r.Properties["MapPublicIpOnLaunch"] != false {
			t.Errorf("%s gives out public addresses", id)
		}
	}
	if _, lb := m.only(t, "AWS::ElasticLoadBalancingV2::LoadBalancer"); lb["Scheme"] != "internal" {
		t.Errorf("the load balancer is %v", lb["Scheme"])
	}
	if _, service := m.only(t, "AWS::ECS::Service"); at(service, "NetworkConfiguration", "AwsvpcConfiguration", "AssignPublicIp") != "DISABLED" {
		t.Error("tasks get public addresses")
	}
}

// NET-16: from the load balancer to the server to endpoints and Amazon S3, and nothing else.
func TestSecurityGroupsFormAChain(t *testing.T) {
	m := templateOf(t, index)
	endpoints, _ := m.named(t, "EndpointGroup")
	server, serverGroup := m.named(t, "ServerGroup")
	balancer, balancerGroup := m.named(t, "BalancerGroup")
	egress := func(r resource) (to []any) {
		rules, _ := r.Properties["SecurityGroupEgress"].([]any)
		for _, rule := range rules {
			to = append(to, []any{at(rule, "DestinationSecurityGroupId"), at(rule, "DestinationPrefixListId"), at(rule, "CidrIp"), at(rule, "FromPort")})
		}
		return to
	}
	if got, want := egress(balancerGroup), []any{[]any{ref(server), nil, nil, 8080}}; !same(got, want) {
		t.Errorf("the load balancer reaches %v, want %v", got, want)
	}
	if got, want := egress(serverGroup), []any{[]any{ref(endpoints), nil, nil, 443}, []any{nil, "pl-6da54004", nil, 443}}; !same(got, want) {
		t.Errorf("the server reaches %v, want %v", got, want)
	}
	got := map[string]string{}
	for _, r := range m.all("AWS::EC2::SecurityGroupIngress") {
		got[fmt.Sprint(at(r.Properties, "GroupId", "Ref"))] = fmt.Sprint(at(r.Properties, "SourceSecurityGroupId", "Ref"), " ", r.Properties["FromPort"])
	}
	if want := map[string]string{server: balancer + " 8080", endpoints: server + " 443"}; !maps.Equal(got, want) {
		t.Errorf("groups admit %v, want %v", got, want)
	}
	for id, r := range m.all("AWS::EC2::SecurityGroup") {
		if r.Properties["SecurityGroupIngress"] != nil {
			t.Errorf("%s has rules of its own that admit traffic", id)
		}
	}
}

// SUP-02.
func TestServedIndexEndsTLSInEveryZone(t *testing.T) {
	m := templateOf(t, index)
	balancer, lb := m.only(t, "AWS::ElasticLoadBalancingV2::LoadBalancer")
	if subnets, _ := lb["Subnets"].([]any); len(subnets) != len(m.all("AWS::EC2::Subnet")) || len(subnets) < 2 {
		t.Errorf("the load balancer is in %d subnets of %d", len(subnets), len(m.all("AWS::EC2::Subnet")))
	}
	if lb["Type"] != "network" || lb["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] != "off" {
		t.Error("traffic through PrivateLink does not pass a group that admits nobody")
	}
	accessLog, _ := m.named(t, "AccessLogBucket")
	attributes := pairs(lb["LoadBalancerAttributes"], "Key", "Value")
	for key, want := range map[string]any{
		"access_logs.s3.enabled": "true", "access_logs.s3.bucket": ref(accessLog), "deletion_protection.enabled": "true",
		"load_balancing.cross_zone.enabled": "true",
	} {
		if !same(attributes[key], want) {
			t.Errorf("%s is %v, want %v", key, attributes[key], want)
		}
	}
	policyID, _ := m.named(t, "AccessLogBucketPolicy")
	if !slices.Contains(m.Resources[balancer].DependsOn, policyID) {
		t.Error("the load balancer may try its log before it may write")
	}
	_, listener := m.only(t, "AWS::ElasticLoadBalancingV2::Listener")
	if listener["Protocol"] != "TLS" || !strings.HasPrefix(fmt.Sprint(listener["SslPolicy"]), "ELBSecurityPolicy-TLS13-1-2-") {
		t.Errorf("the listener takes %v with %v", listener["Protocol"], listener["SslPolicy"])
	}
	if at(listener, "Certificates", 0, "CertificateArn") != planned(index).Packages.CertificateARN {
		t.Error("the listener has another certificate")
	}
}

// SUP-02, P3: the accounts with environments connect, without acceptance by hand, and no other.
func TestEndpointServiceAdmitsConsumerAccounts(t *testing.T) {
	for stack, want := range map[string]any{
		index: []string{"arn:aws:iam::" + ownAccount + ":root", "arn:aws:iam::" + consumer + ":root"},
		indexNoImage: []any{map[string]any{"Fn::Join": []any{"", []any{
			"arn:aws:iam::", ref("AWS::AccountId"), ":root",
		}}}},
	} {
		m := templateOf(t, stack)
		service, properties := m.only(t, "AWS::EC2::VPCEndpointService")
		if properties["AcceptanceRequired"] != false {
			t.Errorf("%s: somebody must accept each connection", stack)
		}
		_, permissions := m.only(t, "AWS::EC2::VPCEndpointServicePermissions")
		if !same(permissions["AllowedPrincipals"], want) || !same(permissions["ServiceId"], ref(service)) {
			t.Errorf("%s: %v may connect, want %v", stack, permissions["AllowedPrincipals"], want)
		}
		_, parameter := m.named(t, "Parameterindexendpointservice")
		name := map[string]any{"Fn::Join": []any{"", []any{"com.amazonaws.vpce.eu-west-1.", ref(service)}}}
		if !same(parameter.Properties["Value"], name) || m.built.EndpointServiceName == "" {
			t.Errorf("%s: environments find the service as %v", stack, parameter.Properties["Value"])
		}
	}
}

// The image is what was pushed; before that, nothing runs.
func TestServerRunsThePushedImage(t *testing.T) {
	for stack, want := range map[string]struct {
		digest string
		tasks  float64
	}{index: {digest, 2}, indexNoImage: {"sha256:" + strings.Repeat("0", 64), 0}} {
		m := templateOf(t, stack)
		_, service := m.only(t, "AWS::ECS::Service")
		if service["DesiredCount"] != want.tasks {
			t.Errorf("%s: %v tasks, want %v", stack, service["DesiredCount"], want.tasks)
		}
		_, task := m.only(t, "AWS::ECS::TaskDefinition")
		image, _ := json.Marshal(at(task, "ContainerDefinitions", 0, "Image"))
		if !strings.Contains(string(image), ".dkr.ecr.eu-west-1.amazonaws.com/secureml/shared@"+want.digest) {
			t.Errorf("%s: the image is %s", stack, image)
		}
	}
}

func TestServerHasNoPrivileges(t *testing.T) {
	m := templateOf(t, index)
	_, service := m.only(t, "AWS::ECS::Service")
	if service["EnableExecuteCommand"] != false {
		t.Error("somebody can open a shell in the server")
	}
	_, task := m.only(t, "AWS::ECS::TaskDefinition")
	server := at(task, "ContainerDefinitions", 0)
	if at(server, "User") != "101" || at(server, "Privileged") != false ||
		!same(at(server, "LinuxParameters", "Capabilities", "Drop"), []string{"ALL"}) {
		t.Errorf("the server runs as %v with %v", at(server, "User"), at(server, "LinuxParameters"))
	}
	settings := pairs(at(server, "Environment"), "Name", "Value")
	bucket, _ := m.named(t, "PackageBucket")
	for key, want := range map[string]any{
		"S3_BUCKET_NAME": ref(bucket), "S3_SERVER": "s3.eu-west-1.amazonaws.com", "S3_SERVER_PROTO": "https", "AWS_SIGS_VERSION": "4",
		"PROVIDE_INDEX_PAGE": "true", "ALLOW_DIRECTORY_LIST": "false", "CORS_ENABLED": "false",
	} {
		if !same(settings[key], want) {
			t.Errorf("%s is %v, want %v", key, settings[key], want)
		}
	}
	for key := range settings {
		if strings.Contains(key, "SECRET") || strings.Contains(key, "ACCESS_KEY") {
			t.Errorf("the server is given %s", key)
		}
	}
}

// P6, SUP-01: CodeArtifact needs no network, no role and no log, and no package comes from outside.
func TestPackagesEnterByPublishingOnly(t *testing.T) {
	m := templateOf(t, packagesStack)
	for id, r := range m.Resources {
		for _, service := range []string{"EC2", "ECS", "ElasticLoadBalancingV2", "IAM", "Logs", "Route53Resolver", "S3"} {
			if strings.HasPrefix(r.Type, "AWS::"+service+"::") {
				t.Errorf("%s is a %s", id, r.Type)
			}
		}
	}
	repository, properties := m.only(t, "AWS::CodeArtifact::Repository")
	if properties["RepositoryName"] != "python" || properties["ExternalConnections"] != nil || properties["Upstreams"] != nil {
		t.Errorf("the repository is %v", properties)
	}
	block := map[string]any{"RestrictionMode": "BLOCK"}
	publish := map[string]any{
		"/*": block,
		"/pypi/*": map[string]any{
			"RestrictionMode": "ALLOW_SPECIFIC_REPOSITORIES", "Repositories": []any{map[string]any{"Fn::GetAtt": []string{repository, "Name"}}},
		},
	}
	groups := m.all("AWS::CodeArtifact::PackageGroup")
	if len(groups) != len(publish) {
		t.Errorf("%d package groups, want %d", len(groups), len(publish))
	}
	for _, g := range groups {
		pattern, _ := g.Properties["Pattern"].(string)
		want := map[string]any{"Restrictions": map[string]any{
			"Publish": publish[pattern], "ExternalUpstream": block, "InternalUpstream": block,
		}}
		if !same(g.Properties["OriginConfiguration"], want) {
			t.Errorf("%s: %v", pattern, g.Properties["OriginConfiguration"])
		}
	}
}

// E4, E6, ENC-05, ENC-11 to ENC-13: one key for what is shared, one for logs.
func TestEverythingIsEncryptedWithOurKeys(t *testing.T) {
	keyed := map[string][]any{
		"AWS::CodeArtifact::Domain":   {"EncryptionKey"},
		"AWS::CodeCommit::Repository": {"KmsKeyId"},
		"AWS::ECR::Repository":        {"EncryptionConfiguration", "KmsKey"},
		"AWS::ECS::Cluster":           {"Configuration", "ManagedStorageConfiguration", "FargateEphemeralStorageKmsKeyId"},
		"AWS::Logs::LogGroup":         {"KmsKeyId"},
		"AWS::S3::Bucket":             {"BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault", "KMSMasterKeyID"},
	}
	found := map[string]bool{}
	for _, stack := range []string{index, packagesStack} {
		m := templateOf(t, stack)
		data, _ := m.named(t, "DataKey")
		for id, r := range m.Resources {
			path, ok := keyed[r.Type]
			if !ok || strings.HasPrefix(id, "ServicesAccessLogBucket") {
				continue
			}
			found[r.Type] = true
			want := data
			if r.Type == "AWS::Logs::LogGroup" {
				want, _ = m.named(t, "LogKey")
				if r.Properties["RetentionInDays"] != 365.0 {
					t.Errorf("%s keeps logs for %v days", id, r.Properties["RetentionInDays"])
				}
			}
			if got := at(r.Properties, path...); !same(got, attribute(want)) {
				t.Errorf("%s of %s is encrypted with %v", id, stack, got)
			}
		}
		for id, k := range m.all("AWS::KMS::Key") {
			if k.Properties["EnableKeyRotation"] != true || k.DeletionPolicy != "Retain" {
				t.Errorf("%s does not rotate or does not outlive its stack", id)
			}
		}
	}
	for kind := range keyed {
		if !found[kind] {
			t.Errorf("no %s was looked at", kind)
		}
	}
	// Server access logs can be delivered with S3-managed keys only.
	_, accessLog := templateOf(t, index).named(t, "AccessLogBucket")
	encryption := at(accessLog.Properties, "BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault")
	if at(encryption, "SSEAlgorithm") != "AES256" {
		t.Error("the bucket of access logs is not encrypted, or with a key that delivery does not take")
	}
}

// Packages and code are not lost with a stack.
func TestDataOutlivesItsStack(t *testing.T) {
	for stack, kinds := range map[string][]string{
		index:         {"AWS::S3::Bucket", "AWS::CodeCommit::Repository"},
		packagesStack: {"AWS::CodeArtifact::Domain", "AWS::CodeArtifact::Repository", "AWS::CodeCommit::Repository"},
	} {
		for _, kind := range kinds {
			for id, r := range templateOf(t, stack).all(kind) {
				if !strings.HasPrefix(r.DeletionPolicy, "Retain") {
					t.Errorf("%s of %s is deleted with its stack", id, stack)
				}
			}
		}
	}
}

// ISO-05, and IAM is global: a stack in another region of the account must not meet these names.
func TestRolesCarryBoundaryPersonaAndRegion(t *testing.T) {
	m := templateOf(t, index)
	boundary, made := m.named(t, "BoundaryPolicy")
	var personas []string
	for id, r := range m.all("AWS::IAM::Role") {
		persona, _ := pairs(r.Properties["Tags"], "Key", "Value")[controls.TagPersona].(string)
		personas = append(personas, persona)
		if !same(r.Properties["PermissionsBoundary"], ref(boundary)) {
			t.Errorf("%s has no boundary", id)
		}
		if name := fmt.Sprint(r.Properties["RoleName"]); !strings.Contains(name, "eu-west-1") || r.Properties["Path"] != "/secureml/shared/" {
			t.Errorf("%s is called %s%s", id, r.Properties["Path"], name)
		}
	}
	if want := []string{"index-agent", "index-server", "log-delivery"}; !slices.Equal(sorted(personas), want) {
		t.Errorf("personas %v, want %v", personas, want)
	}
	if !strings.Contains(fmt.Sprint(made.Properties["ManagedPolicyName"]), "eu-west-1") {
		t.Errorf("the boundary is called %v", made.Properties["ManagedPolicyName"])
	}
	for _, persona := range []string{"IndexAgent", "IndexServer", "LogDelivery"} {
		own, _ := m.named(t, persona+"Policy")
		_, role := m.named(t, persona+"Role")
		if !same(role.Properties["ManagedPolicyArns"], []any{ref(own)}) || role.Properties["Policies"] != nil {
			t.Errorf("%s carries %v and %v, want its own policy only", persona, role.Properties["ManagedPolicyArns"], role.Properties["Policies"])
		}
	}
	_, task := m.only(t, "AWS::ECS::TaskDefinition")
	server, _ := m.named(t, "IndexServerRole")
	agent, _ := m.named(t, "IndexAgentRole")
	if !same(task["TaskRoleArn"], attribute(server)) || !same(task["ExecutionRoleArn"], attribute(agent)) {
		t.Errorf("the server runs with %v, and is started with %v", task["TaskRoleArn"], task["ExecutionRoleArn"])
	}
}

// NET-10, NET-11: every endpoint has a policy, and the one for Amazon S3 names the bucket that names it.
func TestEndpointsArePinned(t *testing.T) {
	m := templateOf(t, index)
	var services []string
	for id, e := range m.all("AWS::EC2::VPCEndpoint") {
		services = append(services, strings.TrimPrefix(fmt.Sprint(e.Properties["ServiceName"]), "com.amazonaws.eu-west-1."))
		if statements, _ := at(e.Properties, "PolicyDocument", "Statement").([]any); len(statements) == 0 {
			t.Errorf("%s has no policy", id)
		}
	}
	if want := []string{"ecr.api", "ecr.dkr", "logs", "s3"}; !slices.Equal(sorted(services), want) {
		t.Errorf("endpoints %v, want %v", services, want)
	}
	bucket, _ := m.named(t, "PackageBucket")
	gateway, endpoint := m.named(t, "S3Endpoint")
	_, bucketPolicy := m.named(t, "PackageBucketPolicy")
	for _, c := range []struct {
		document any
		name     string
	}{{endpoint.Properties["PolicyDocument"], bucket}, {bucketPolicy.Properties["PolicyDocument"], gateway}} {
		if text, _ := json.Marshal(c.document); !strings.Contains(string(text), `{"Ref":"`+c.name+`"}`) {
			t.Errorf("%s is not named in %s", c.name, text)
		}
	}
}

// What reaches the template is what package controls has checked: each document again, as it is written there.
func TestPolicyDocumentsOfTemplates(t *testing.T) {
	checked := 0
	for _, stack := range []string{index, indexNoImage, packagesStack} {
		for id, r := range templateOf(t, stack).Resources {
			for property, value := range r.Properties {
				for _, d := range documents(r.Type, property, value) {
					checked++
					for _, p := range policy.Check(d.Document, d.kind) {
						t.Errorf("%s of %s: %s: %s", id, stack, property, p)
					}
				}
			}
		}
	}
	if checked < 30 {
		t.Errorf("only %d documents were found", checked)
	}
}

// CST-05: what carries no tags is of a type that cannot.
func TestTagsOnEverything(t *testing.T) {
	untaggable := []string{
		"AWS::EC2::SecurityGroupIngress", "AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::VPCEndpointServicePermissions",
		"AWS::IAM::ManagedPolicy", "AWS::KMS::Alias", "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation", "AWS::S3::BucketPolicy",
	}
	for _, stack := range []string{index, packagesStack} {
		for id, r := range templateOf(t, stack).Resources {
			tags := pairs(r.Properties["Tags"], "Key", "Value")
			if m, ok := r.Properties["Tags"].(map[string]any); ok {
				tags = m
			}
			for key, want := range planned(stack).Tags() {
				if tags[key] != want && !slices.Contains(untaggable, r.Type) {
					t.Errorf("%s (%s) of %s: tag %s is %v, want %s", id, r.Type, stack, key, tags[key], want)
				}
			}
		}
	}
}

// The names are a contract with environments and people, and no stack depends on another through an export.
func TestParameters(t *testing.T) {
	for stack, want := range map[string][]string{
		index: {"image-repository", "index-endpoint-service", "index-url", "package-bucket", "package-index-kind", "primary-repository"},
		packagesStack: {
			"image-repository", "package-domain", "package-domain-owner", "package-index-kind", "package-repository", "primary-repository",
		},
	} {
		m := templateOf(t, stack)
		var got []string
		for _, p := range m.all("AWS::SSM::Parameter") {
			got = append(got, strings.TrimPrefix(fmt.Sprint(p.Properties["Name"]), "/secureml/shared/"))
		}
		if !slices.Equal(sorted(got), want) {
			t.Errorf("%s: parameters %v, want %v", stack, got, want)
		}
		if len(m.Outputs) > 0 {
			t.Errorf("%s exports %v", stack, m.Outputs)
		}
	}
}
