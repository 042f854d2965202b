package changes

import (
	"slices"
	"strconv"
	"strings"
)

// setting is a property that protects, and how it gets weaker.
type setting struct {
	// kind is the resource type, empty for every type; path leads to the property.
	kind, path string
	// weaker compares the values at the path. isOpen tells for a new resource that the value is bad in itself; nil
	// where the Guard rules judge that.
	weaker  func(before, after []any) bool
	isOpen  func(after []any) bool
	class   Class
	why, do string
}

// stays holds while the value is what it was: weaker when all were so and one is not.
func stays(want string) func(before, after []any) bool {
	return func(before, after []any) bool {
		return len(before) > 0 && !slices.ContainsFunc(before, isNot(want)) && (len(after) == 0 || slices.ContainsFunc(after, isNot(want)))
	}
}

// becomes is weaker when the value appears.
func becomes(bad string) func(before, after []any) bool {
	return func(before, after []any) bool { return !holdsValue(before, bad) && holdsValue(after, bad) }
}

func is(bad string) func(after []any) bool {
	return func(after []any) bool { return holdsValue(after, bad) }
}

func isNot(want string) func(any) bool {
	return func(v any) bool { return text(v) != want }
}

func holdsValue(values []any, want string) bool {
	return slices.ContainsFunc(values, func(v any) bool { return text(v) == want })
}

// goes is weaker when there is nothing any more.
func goes(before, after []any) bool { return len(before) > 0 && len(after) == 0 }

func shrinks(before, after []any) bool {
	b, a := number(before), number(after)
	return b != nil && (a == nil || *a < *b)
}

// keyed is weaker when a list of keys and values loses one.
func keyed(key, value string) func(before, after []any) bool {
	has := func(values []any) bool {
		return slices.ContainsFunc(values, func(list any) bool {
			return slices.ContainsFunc(listOf(list), func(v any) bool {
				m, _ := v.(map[string]any)
				return text(m["Key"]) == key && text(m["Value"]) == value
			})
		})
	}
	return func(before, after []any) bool { return has(before) && !has(after) }
}

func number(values []any) *float64 {
	if len(values) == 0 {
		return nil
	}
	n, err := strconv.ParseFloat(text(values[0]), 64)
	if err != nil {
		return nil
	}
	return &n
}

func guards(kind, path string, weaker func(before, after []any) bool, why string) setting {
	return setting{kind: kind, path: path, weaker: weaker, class: LostControl, why: why, do: "Set it again as it was."}
}

func opens(kind, path, bad, why string) setting {
	return setting{kind: kind, path: path, weaker: becomes(bad), isOpen: is(bad), class: PublicSurface, why: why, do: "Keep it private."}
}

// settings that no policy and no Guard rule has to know. Where a Guard rule reports the same property, it speaks.
var settings = []setting{
	guards("", "DeletionProtection", stays("true"), "The resource can be deleted by one mistaken call."),
	guards("", "DeletionProtectionEnabled", stays("true"), "The resource can be deleted by one mistaken call."),
	guards("", "EnableNetworkIsolation", stays("true"), "The container can reach the network."),
	guards("", "EnableInterContainerTrafficEncryption", stays("true"), "Traffic between the instances of a job is readable."),
	guards("", "Encrypted", stays("true"), "What is written from now on is not encrypted."),
	guards("", "StorageEncrypted", stays("true"), "What is written from now on is not encrypted."),
	guards("AWS::CloudTrail::Trail", "EnableLogFileValidation", stays("true"), "Changes of the evidence go unnoticed."),
	guards("AWS::CloudTrail::Trail", "IsLogging", stays("true"), "Nothing is recorded."),
	guards("AWS::CloudTrail::Trail", "IsMultiRegionTrail", stays("true"), "Other regions are not recorded."),
	guards("AWS::CodeArtifact::PackageGroup", "OriginConfiguration.Restrictions.Publish.RestrictionMode", stays("BLOCK"),
		"Packages may be published that were kept out."),
	guards("AWS::CodeArtifact::PackageGroup", "OriginConfiguration.Restrictions.ExternalUpstream.RestrictionMode", stays("BLOCK"),
		"Packages from a public index come in."),
	guards("AWS::CodeArtifact::PackageGroup", "OriginConfiguration.Restrictions.InternalUpstream.RestrictionMode", stays("BLOCK"),
		"Packages from other repositories come in."),
	guards("AWS::EC2::FlowLog", "TrafficType", stays("ALL"), "Some traffic is not recorded."),
	guards("AWS::EC2::VPCEndpoint", "PrivateDnsEnabled", stays("true"), "Ordinary names of the service lead past the endpoint."),
	guards("AWS::EC2::VPCEndpoint", "SecurityGroupIds", goes, "The VPC's default group decides who reaches the endpoint."),
	guards("AWS::EC2::VPCEndpointService", "AcceptanceRequired", becomes("false"),
		"Whoever is permitted connects without being looked at."),
	guards("AWS::ECR::Repository", "ImageScanningConfiguration.ScanOnPush", stays("true"), "New images are not scanned."),
	guards("AWS::ECR::Repository", "ImageTagMutability", stays("IMMUTABLE"), "A tag can be moved to another image."),
	guards("AWS::ECS::TaskDefinition", "ContainerDefinitions.Privileged", becomes("true"), "The container has the rights of its host."),
	guards("AWS::ECS::TaskDefinition", "ContainerDefinitions.ReadonlyRootFilesystem", stays("true"),
		"Who breaks into the container can change it."),
	guards("AWS::ElasticLoadBalancingV2::Listener", "Protocol", stays("HTTPS"), "Traffic is readable."),
	guards("AWS::ElasticLoadBalancingV2::Listener", "Protocol", stays("TLS"), "Traffic is readable."),
	guards("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerAttributes", keyed("deletion_protection.enabled", "true"),
		"The balancer can be deleted by one mistaken call."),
	guards("AWS::KMS::Key", "Enabled", becomes("false"), "Nothing that the key encrypted can be read."),
	guards("AWS::KMS::Key", "EnableKeyRotation", stays("true"), "The key material is never renewed."),
	guards("AWS::KMS::Key", "PendingWindowInDays", shrinks, "There is less time to notice that a key is being deleted."),
	guards("AWS::Logs::LogGroup", "RetentionInDays", shrinks,
		"Evidence is deleted earlier, or costs grow forever where there is no retention."),
	guards("AWS::Route53Resolver::FirewallRuleGroupAssociation", "MutationProtection", stays("ENABLED"),
		"The firewall can be taken off by one mistaken call."),
	guards("AWS::S3::Bucket", "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.SSEAlgorithm", stays("aws:kms"),
		"New objects are not under the environment's key."),
	guards("AWS::S3::Bucket", "LoggingConfiguration.DestinationBucketName", goes, "Access to the objects is not recorded."),
	guards("AWS::S3::Bucket", "ObjectLockEnabled", stays("true"), "Objects can be deleted before their time."),
	guards("AWS::S3::Bucket", "OwnershipControls.Rules.ObjectOwnership", stays("BucketOwnerEnforced"),
		"Access lists can grant what no policy shows."),
	guards("AWS::S3::Bucket", "VersioningConfiguration.Status", stays("Enabled"), "What is overwritten or deleted is gone."),
	guards("AWS::S3::Bucket", "PublicAccessBlockConfiguration.BlockPublicAcls", stays("true"), "A mistake can make objects public."),
	guards("AWS::S3::Bucket", "PublicAccessBlockConfiguration.BlockPublicPolicy", stays("true"), "A mistake can make the bucket public."),
	guards("AWS::S3::Bucket", "PublicAccessBlockConfiguration.IgnorePublicAcls", stays("true"), "A mistake can make objects public."),
	guards("AWS::S3::Bucket", "PublicAccessBlockConfiguration.RestrictPublicBuckets", stays("true"),
		"A mistake can make the bucket public."),
	guards("AWS::SSM::Parameter", "Type", stays("SecureString"), "The value is readable by whoever may read parameters."),
	guards("AWS::SageMaker::Domain", "DefaultUserSettings.SecurityGroups", goes, "SageMaker chooses the groups of the apps."),
	guards("AWS::SageMaker::Domain", "DomainSettings.DockerSettings.EnableDockerAccess", becomes("ENABLED"),
		"Containers run that no control sees."),
	guards("AWS::SageMaker::Domain", "DomainSettings.ExecutionRoleIdentityConfig", goes, "The records do not tell who acted."),
	guards("AWS::SageMaker::Model", "VpcConfig.Subnets", goes, "The model runs outside the VPC."),
	guards("AWS::SageMaker::NotebookInstance", "InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion", shrinks,
		"Credentials can be read by a forged request."),
	guards("AWS::SageMaker::NotebookInstance", "RootAccess", stays("Disabled"), "Users can switch off what runs on the notebook."),
	opens("", "PubliclyAccessible", "true", "The resource has a public address."),
	opens("AWS::EC2::Subnet", "MapPublicIpOnLaunch", "true", "Whatever starts in the subnet has a public address."),
	opens("AWS::ECS::Service", "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", "ENABLED", "The containers have public addresses."),
	opens("AWS::ElasticLoadBalancingV2::LoadBalancer", "Scheme", "internet-facing", "The balancer answers the internet."),
	opens("AWS::SageMaker::Domain", "AppNetworkAccessType", "PublicInternetOnly", "Studio's apps reach the internet, past every endpoint."),
	opens("AWS::SageMaker::NotebookInstance", "DirectInternetAccess", "Enabled", "The notebook reaches the internet, past every endpoint."),
}

// watchers are types that record or alarm; without them something goes unnoticed.
var watchers = map[string]string{
	"AWS::Budgets::Budget":                                        "spending",
	"AWS::CE::AnomalyMonitor":                                     "spending",
	"AWS::CloudTrail::Trail":                                      "calls of the account",
	"AWS::CloudWatch::Alarm":                                      "what the alarm is about",
	"AWS::Config::ConfigRule":                                     "drift from the rule",
	"AWS::EC2::FlowLog":                                           "traffic in the VPC",
	"AWS::Events::Rule":                                           "the events of the rule",
	"AWS::GuardDuty::Detector":                                    "attacks",
	"AWS::Macie::Session":                                         "sensitive data in buckets",
	"AWS::SecurityHub::Hub":                                       "findings",
	"AWS::Route53Resolver::FirewallRuleGroupAssociation":          "forbidden names, which resolve again",
	"AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation": "names that are looked up",
}

// settings finds weaker settings, keys that are gone or others, and watchers that are removed.
func (c *comparison) settings() {
	for _, p := range c.pairs {
		for _, s := range settings {
			if s.kind != "" && s.kind != p.after.Type {
				continue
			}
			before, after := at(p.before.Properties, s.path), at(p.after.Properties, s.path)
			if s.weaker(before, after) && (s.class == PublicSurface || !c.isRuled(p.id, s.path)) {
				severity := High
				if s.class == PublicSurface {
					severity = Critical
				}
				c.add(Change{
					Class: s.class, Severity: severity, Resource: p.id, Property: s.path, Before: text(before), After: text(after), Why: s.why, Do: s.do,
				})
			}
		}
		c.keys(p)
		c.retention(p)
	}
	for _, id := range c.removed {
		r := c.before.resources[id]
		if watched, ok := watchers[r.Type]; ok {
			c.add(Change{
				Class: LostControl, Severity: High, Resource: id, Before: r.Type,
				Why: "Nobody is told any more about " + watched + ".", Do: "Keep it, or say what watches instead.",
			})
			c.changes[len(c.changes)-1].Type = r.Type
		}
	}
}

// isRuled tells whether a Guard rule has reported the property, by its path or in its message: where something is
// missing, the path ends before it.
func (c *comparison) isRuled(id, path string) bool {
	names := strings.Split(path, ".")
	return slices.ContainsFunc(c.ruled[id], func(told string) bool {
		return strings.Contains(told, names[0]) || strings.Contains(told, names[len(names)-1])
	})
}

// keys finds encryption keys that are gone or others, by the names that AWS gives such properties.
func (c *comparison) keys(p pair) {
	before, after := map[string]string{}, map[string]string{}
	findKeys("", p.before.Properties, before)
	findKeys("", p.after.Properties, after)
	for path, old := range before {
		current, ok := after[path]
		change := Change{
			Class: LostControl, Severity: High, Resource: p.id, Property: path, Before: old, After: current,
			Why: "What is written from now on is under another key, with another policy; what is there stays under the old one, which must be kept.",
			Do:  "Keep the key, or say in an acknowledgement how the old data stays readable.",
		}
		switch {
		case ok && current == old:
			continue
		case !ok && c.isRuled(p.id, path):
			continue
		case !ok:
			change.Why, change.Do = "What is written from now on is not under the environment's key.", "Name the key again."
		}
		c.add(change)
	}
}

func findKeys(path string, value any, out map[string]string) {
	switch v := value.(type) {
	case []any:
		for _, member := range v {
			findKeys(path, member, out)
		}
	case map[string]any:
		for name, member := range v {
			if name == "Statement" {
				continue // a policy's conditions name keys too, and are compared as a policy
			}
			below := strings.TrimPrefix(path+"."+name, ".")
			if isKeyProperty(name) {
				if _, isMap := member.(map[string]any); !isMap || isFunction(member.(map[string]any)) {
					out[below] = out[below] + reference(member)
					continue
				}
			}
			findKeys(below, member, out)
		}
	}
}

// isKeyProperty knows the names that services give to their key, such as KmsKeyId, KMSMasterKeyID and EncryptionKey. Each
// service spells it in its own way.
func isKeyProperty(name string) bool {
	lower := strings.ToLower(name)
	if lower == "encryptionkey" || lower == "encryptionkeyarn" || lower == "customermanagedkey" {
		return true
	}
	_, rest, isKMS := strings.Cut(lower, "kms")
	return isKMS && strings.Contains(rest, "key") && !strings.Contains(rest, "period")
}

// retention finds resources that were kept and will be deleted with their stack or replacement.
func (c *comparison) retention(p pair) {
	for _, a := range []struct{ name, before, after string }{
		{"DeletionPolicy", p.before.DeletionPolicy, p.after.DeletionPolicy},
		{"UpdateReplacePolicy", p.before.UpdateReplacePolicy, p.after.UpdateReplacePolicy},
	} {
		if keeps(a.before) && !keeps(a.after) && !c.isRuled(p.id, a.name) {
			c.add(Change{
				Class: LostControl, Severity: High, Resource: p.id, Property: a.name, Before: a.before, After: a.after,
				Why: "The next removal or replacement deletes the resource.", Do: "Set it to Retain again.",
			})
		}
	}
}
