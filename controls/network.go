package controls

import (
	"maps"
	"slices"

	"github.com/secureml/environments/facts"
	"github.com/secureml/environments/policy"
)

// inlineOnly refuses absence in monitoring schedules that define their job in the request. A schedule can also name a
// job definition, which has passed the same rule already; such a request holds no instance type either.
var inlineOnly = Absence{
	Why:   "the schedule may name a job definition, which was checked when it was created",
	Label: "Inline",
	Refused: [][]policy.Condition{
		{condition("Null", "sagemaker:InstanceTypes", "false")},
	},
}

// network controls: where resources are placed, and what crosses the boundary of an environment.
var network = []Control{
	{
		ID:    "NET-01",
		Title: "SageMaker resources are created in the environment's subnets only",
		Area:  ITPolicy,
		Why: "A job outside the VPC runs in a network that SageMaker owns, with a way to the internet. Presence of a VPC is not " +
			"enough: a subnet of another VPC, perhaps in another account, would pass. So the subnets must be this environment's, all " +
			"of them, on every action whose request shows them.",
		Fulfils: []string{"C1", "C2", "C5", "N3", "N9", "H-30", "H-36", "H-37", "H-39", "H-48", "H-192"},
		Rules: []Rule{{
			Key:    "sagemaker:VpcSubnets",
			Must:   Must{OneOf: func(e Environment) []string { return e.Subnets }},
			Absent: placementAbsence(),
		}},
	},
	{
		ID:    "NET-02",
		Title: "SageMaker resources carry the environment's security group only",
		Area:  ITPolicy,
		Why: "The security group decides what a job can reach. One that the caller may choose is no boundary. Subnets and groups are " +
			"checked by separate statements, because the conditions of one statement are AND-ed: a request that misses only one of " +
			"the two would pass.",
		Fulfils: []string{"C1", "C2", "N4", "H-48"},
		Rules: []Rule{{
			Key:  "sagemaker:VpcSecurityGroupIds",
			Must: Must{OneOf: func(e Environment) []string { return e.SecurityGroups }},
			Absent: withAbsence(placementAbsence(), map[string]Absence{
				"sagemaker:CreateUserProfile": tolerated("a profile without groups uses the domain's"),
				"sagemaker:UpdateUserProfile": tolerated("a profile without groups keeps those it has"),
			}),
		}},
	},
	{
		ID:    "NET-03",
		Title: "Restricted data is processed without network access from the container",
		Area:  Exfiltration,
		Why: "Network isolation cuts the container off even from the VPC, so that code from a package cannot call anything. It stops " +
			"ordinary scripts from reading S3 themselves, which is why it is demanded only where data is classified as restricted.",
		Fulfils: []string{"C1"},
		Rules: []Rule{{
			Key:  "sagemaker:NetworkIsolation",
			Must: Must{True: true},
			Absent: map[string]Absence{
				"sagemaker:CreateMonitoringSchedule": inlineOnly,
				"sagemaker:UpdateMonitoringSchedule": inlineOnly,
				"sagemaker:CreateEndpointConfig":     tolerated("isolation is a property of the model that the configuration names"),
			},
			Applies: func(e Environment) bool { return e.IsolateNetwork },
		}},
	},
	{
		ID:    "NET-04",
		Title: "Studio domains have no internet access",
		Area:  ITPolicy,
		Why: "A domain's default is PublicInternetOnly: its apps get a network interface in a VPC of SageMaker's with internet access. " +
			"An update may change it later, so both calls are guarded.",
		Fulfils: []string{"N10", "H-33", "H-34"},
		Rules: []Rule{{
			Key:    "sagemaker:AppNetworkAccessType",
			Must:   Must{OneOf: constant("VpcOnly")},
			Absent: map[string]Absence{"sagemaker:UpdateDomain": tolerated("the update leaves the access type as it is")},
		}},
		Template: []string{"NET04_domain_vpc_only"},
	},
	{
		ID:    "NET-05",
		Title: "Notebook instances have no direct internet access",
		Area:  ITPolicy,
		Why: "A notebook instance in the right subnet still has a second network interface with internet access unless direct internet " +
			"access is disabled; enabled is the default.",
		Fulfils:  []string{"N9", "H-31"},
		Rules:    []Rule{{Key: "sagemaker:DirectInternetAccess", Must: Must{OneOf: constant("Disabled")}}},
		Template: []string{"NET05_notebook_no_direct_internet"},
	},
	{
		ID:    "NET-06",
		Title: "Endpoints run on instances in the VPC",
		Area:  ITPolicy,
		Why: "Serverless endpoints cannot be placed in a VPC. An endpoint configuration that names no model defines its containers " +
			"itself and must then bring the VPC itself; one that names a model takes the model's, which NET-01 has checked.",
		Fulfils: []string{"C1", "H-39"},
		Rules: []Rule{
			{Key: "sagemaker:ServerlessMemorySize", Must: Must{Unset: true}},
			{Key: "sagemaker:ServerlessMaxConcurrency", Must: Must{Unset: true}},
		},
		Denies: func(Environment) []policy.Statement {
			return []policy.Statement{{
				Sid: "NET06NeitherModelNorVpc", Effect: policy.Deny,
				Actions: []string{"sagemaker:CreateEndpointConfig"}, Resources: []string{"*"},
				Conditions: []policy.Condition{
					condition("Null", "sagemaker:ModelArn", "true"),
					condition("Null", "sagemaker:VpcSubnets", "true"),
				},
			}}
		},
	},
	{
		ID:    "NET-07",
		Title: "Actions whose placement IAM cannot see are withheld",
		Area:  ITPolicy,
		Why: "Some requests can carry a VPC, an image or workers that no condition key shows, or no VPC at all. Nothing can tell a " +
			"compliant one from another, so nobody in an environment may make them, whatever else is granted.",
		Fulfils: []string{"C1", "H-42", "H-43", "H-45", "H-49", "H-118"},
		Denies:  withheldStatement("NET-07"),
	},
	{
		ID:    "NET-08",
		Title: "Credentials of workbenches and jobs work from inside the VPC only",
		Area:  Exfiltration,
		Why: "Whoever copies the credentials of a notebook or a container can use them anywhere. Calls that user code makes are therefore refused " +
			"unless they come through the environment's VPC or are made by an AWS service on the caller's behalf. Left out are the " +
			"calls that SageMaker's own platform makes with the role from its network: pulling images, network interfaces, grants and " +
			"job logs.",
		Fulfils: []string{"F2", "H-03", "H-88", "H-103", "H-135"},
		PersonaDenies: func(e Environment, p Persona) []policy.Statement {
			if !slices.Contains([]Persona{Notebook, Job, Hosting, Monitoring}, p) {
				return nil
			}
			return []policy.Statement{{
				Sid: "NET08OutsideVpc", Effect: policy.Deny,
				Actions: []string{
					"sagemaker:*", "s3:*", "codecommit:*", "codeartifact:*", "ssm:*",
					"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo",
				},
				Resources: []string{"*"},
				Conditions: []policy.Condition{
					condition("StringNotEquals", "aws:SourceVpc", e.VPC),
					condition("BoolIfExists", "aws:ViaAWSService", "false"),
				},
			}}
		},
	},
	{
		ID:    "NET-09",
		Title: "People open workbenches and read code from the VPC or the corporate network only",
		Area:  Exfiltration,
		Why: "A presigned URL is a session for whoever holds it. SageMaker evaluates the policy again on every request of the session, " +
			"so binding the call to a network binds the session. Code can hold what data scientists have stashed in it, and is read " +
			"where workbenches are opened.",
		Fulfils: []string{"C9", "T2", "H-111", "H-114", "H-135"},
		PersonaDenies: func(e Environment, p Persona) []policy.Statement {
			if e.SourceRepository == "" || !p.IsPerson() || p == Auditor || p == BreakGlass {
				return nil
			}
			return []policy.Statement{{
				Sid: "NET09CodeFromElsewhere", Effect: policy.Deny,
				Actions: []string{"codecommit:BatchGet*", "codecommit:Get*", "codecommit:GitPull"}, Resources: []string{e.SourceRepository},
				Conditions: e.fromElsewhere(),
			}}
		},
		Denies: func(e Environment) []policy.Statement {
			return []policy.Statement{{
				Sid: "NET09UrlFromElsewhere", Effect: policy.Deny,
				Actions:    []string{"sagemaker:CreatePresignedDomainUrl", "sagemaker:CreatePresignedNotebookInstanceUrl"},
				Resources:  []string{"*"},
				Conditions: e.fromElsewhere(),
			}}
		},
	},
	{
		ID:    "NET-10",
		Title: "VPC endpoints carry only the environment's own identities to the organisation's own resources",
		Area:  Exfiltration,
		Why: "An interface endpoint without a policy passes any credentials to any account: keys of a stranger, pasted into a " +
			"notebook, push data to the stranger's account. Both ends are pinned: the caller is a role of this environment, the " +
			"resource belongs to this account or to the shared services'.",
		Fulfils:  []string{"N5", "N6", "I9", "H-60", "H-61", "H-63", "H-64", "H-66", "H-67", "H-69", "H-70"},
		Endpoint: interfaceEndpointStatements,
		Template: []string{"NET10_interface_endpoint_policy"},
	},
	{
		ID:    "NET-11",
		Title: "The S3 endpoint reaches the environment's buckets and named AWS-owned ones only",
		Area:  Exfiltration,
		Why: "Bucket names are global, so a pattern in an endpoint policy matches a stranger's bucket with a similar name. Buckets are " +
			"named one by one, with the account that owns them; the buckets that AWS itself keeps for image layers and packages are " +
			"the only foreign ones, for reading.",
		Fulfils:  []string{"N7", "I10", "H-01", "H-06", "H-07", "H-09", "H-21", "H-190", "H-191", "H-196"},
		Endpoint: s3EndpointStatements,
	},
	{
		ID:    "NET-12",
		Title: "Buckets answer through the environment's endpoint only",
		Area:  Exfiltration,
		Why: "The deny covers every S3 action, because a list of actions rots: a GET that names a version needs another permission " +
			"than a plain GET, and new verbs appear. Exempt are AWS services acting for a caller, the roles that deploy, AWS's " +
			"service-linked roles and break-glass; without them nothing could be deployed, audited or rescued.",
		Fulfils: []string{"I4", "I5", "H-03", "H-12", "H-13", "H-19", "H-195"},
		Bucket: func(e Environment, b Bucket) []policy.Statement {
			return []policy.Statement{outsideEndpoint(b.ARN, e.S3Endpoint, e.lifted()), auditorReadsObjects(e, b)}
		},
	},
	{
		ID:    "NET-13",
		Title: "The environment stays in its region",
		Area:  ITPolicy,
		Why: "Detection, keys and the VPC are regional. A job in another region would be outside all of them, so the boundary caps " +
			"every role at the environment's region; the services named have one global endpoint.",
		Fulfils: []string{"H-151"},
		Boundary: func(e Environment) []policy.Statement {
			return []policy.Statement{otherRegion(e.Region)}
		},
	},
	{
		ID:    "NET-14",
		Title: "Network interfaces are attached for SageMaker only",
		Area:  Exfiltration,
		Why: "The role of a job creates the job's network interface and permits SageMaker to attach it. The same permission could hand " +
			"an interface inside the VPC to a stranger's account.",
		Fulfils: []string{"H-79", "H-81"},
		Boundary: func(e Environment) []policy.Statement {
			return []policy.Statement{{
				Sid: "NET14InterfaceForOthers", Effect: policy.Deny,
				Actions: []string{"ec2:CreateNetworkInterfacePermission"}, Resources: []string{"*"},
				Conditions: []policy.Condition{condition("StringNotEquals", "ec2:AuthorizedService", "sagemaker."+e.DNSSuffix)},
			}}
		},
	},
	{
		ID:    "NET-15",
		Title: "No VPC has a route to the internet, to another VPC or to a corporate network",
		Area:  ITPolicy,
		Why: "What has no route cannot be opened by a mistake in a policy. Internet and NAT gateways, peering, transit gateways, VPNs, " +
			"public addresses and public load balancers do not exist in any template, and subnets give out no public addresses.",
		Fulfils: []string{"N1", "N9", "P1", "P2", "F2", "H-72", "H-73", "H-76"},
		ServiceControl: func(Organization) []policy.Statement {
			return []policy.Statement{{
				Sid: "NET15WayOut", Effect: policy.Deny,
				Actions: []string{
					"ec2:AcceptVpcPeeringConnection", "ec2:AttachInternetGateway", "ec2:AttachVpnGateway", "ec2:CreateCarrierGateway",
					"ec2:CreateClientVpnEndpoint", "ec2:CreateEgressOnlyInternetGateway", "ec2:CreateInternetGateway", "ec2:CreateNatGateway",
					"ec2:CreateTransitGatewayVpcAttachment", "ec2:CreateVpcPeeringConnection", "ec2:CreateVpnConnection", "ec2:CreateVpnGateway",
				},
				Resources: []string{"*"},
			}}
		},
		Template: []string{
			"NET15_no_internet_gateway", "NET15_no_route_out", "NET15_no_public_address", "NET15_no_public_load_balancer",
		},
	},
	{
		ID:    "NET-16",
		Title: "Security groups let traffic out to endpoints, S3 and themselves only",
		Area:  ITPolicy,
		Why: "A group without egress rules allows everything out. Ours name the endpoints' group, the S3 prefix list and themselves; " +
			"the latter includes UDP 500 and IP protocol 50, which encrypted traffic between training nodes needs.",
		Fulfils: []string{"N4", "T3", "H-76", "H-78", "H-199"},
		ServiceControl: func(o Organization) []policy.Statement {
			return []policy.Statement{{
				Sid: "NET16KeepNetwork", Effect: policy.Deny,
				Actions: []string{
					"ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateRoute", "ec2:DeleteVpcEndpoints",
					"ec2:ModifySecurityGroupRules", "ec2:ModifyVpcEndpoint", "ec2:ReplaceRoute", "ec2:RevokeSecurityGroupEgress",
					"ec2:RevokeSecurityGroupIngress",
				},
				Resources:  []string{"*"},
				Conditions: []policy.Condition{condition("Null", "aws:ResourceTag/"+TagProject, "false"), o.exceptDeployment()},
			}}
		},
		Template: []string{"NET16_no_open_egress", "NET16_no_open_ingress"},
	},
	{
		ID:    "NET-17",
		Title: "Names outside the allow-list do not resolve",
		Area:  Exfiltration,
		Why: "The VPC's resolver answers for any name in the world, and a name can carry data. DNS Firewall lets the names of the " +
			"region's AWS endpoints and those configured pass, and answers all others with nothing.",
		Fulfils:  []string{"N1", "H-75"},
		Template: []string{"NET17_dns_firewall"},
	},
	{
		ID:    "NET-18",
		Title: "Network flows and name queries are recorded",
		Area:  Audit,
		Why: "What tried to leave and failed is the earliest sign of an attack. Flow logs and resolver query logs of every VPC go to " +
			"encrypted log groups with a retention.",
		Fulfils: []string{"N1", "A20"},
		ServiceControl: func(o Organization) []policy.Statement {
			return []policy.Statement{
				{
					Sid: "NET18KeepRecords", Effect: policy.Deny,
					Actions: []string{
						"ec2:DeleteFlowLogs", "route53resolver:DeleteResolverQueryLogConfig", "route53resolver:DisassociateFirewallRuleGroup",
						"route53resolver:DisassociateResolverQueryLogConfig", "route53resolver:UpdateFirewallRule",
					},
					Resources: []string{"*"}, Conditions: []policy.Condition{o.exceptDeployment()},
				},
				{
					Sid: "NET18KeepLogs", Effect: policy.Deny,
					Actions: []string{
						"logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:DeleteRetentionPolicy", "logs:DisassociateKmsKey", "logs:PutRetentionPolicy",
					},
					Resources:  []string{"arn:" + o.partition() + ":logs:*:*:log-group:/secureml/*"},
					Conditions: []policy.Condition{o.exceptDeployment()},
				},
			}
		},
		Template: []string{"NET18_flow_log", "NET18_query_log"},
	},
}

// fromElsewhere matches calls that come neither through the VPC nor from the corporate network.
func (e Environment) fromElsewhere() []policy.Condition {
	conditions := []policy.Condition{condition("StringNotEquals", "aws:SourceVpc", e.VPC)}
	if len(e.Access.CorporateCIDRs) > 0 {
		conditions = append(conditions, condition("NotIpAddress", "aws:SourceIp", e.Access.CorporateCIDRs...))
	}
	return conditions
}

func constant(value string) func(Environment) []string {
	return func(Environment) []string { return []string{value} }
}

// placementAbsence says which requests may lack subnets and security groups.
func placementAbsence() map[string]Absence {
	unchanged := tolerated("the update leaves the network as it is")
	return map[string]Absence{
		"sagemaker:UpdateDomain":             unchanged,
		"sagemaker:UpdateCluster":            unchanged,
		"sagemaker:CreateEndpointConfig":     tolerated("the model that the configuration names has a VPC; NET-06 refuses one that names none"),
		"sagemaker:CreateMonitoringSchedule": inlineOnly,
		"sagemaker:UpdateMonitoringSchedule": inlineOnly,
	}
}

func withAbsence(base, more map[string]Absence) map[string]Absence {
	for action, absence := range more {
		base[action] = absence
	}
	return base
}

// interfaceEndpointStatements admit the environment's roles to resources of its own and the shared account.
func interfaceEndpointStatements(e Environment, service EndpointService) []policy.Statement {
	if service == S3Gateway {
		return nil
	}
	actions, ok := endpointActions[service]
	if !ok {
		return nil // an endpoint of the organisation's own service takes no policy
	}
	statements := []policy.Statement{e.place().ownToOwn(e.ownRoles(), actions, e.ownAccounts())}
	if slices.Contains(actions, "ecr:*") {
		statements = append(statements, policy.Statement{
			Sid: "NET10ReadAwsImages", Effect: policy.Allow, Principal: policy.Principal{Any: true},
			Actions: imagePull, Resources: []string{"*"},
			Conditions: []policy.Condition{
				condition("ArnLike", "aws:PrincipalArn", e.ownRoles()),
				condition("StringEquals", "aws:ResourceAccount", e.ImageRegistries...),
			},
		})
	}
	return statements
}

// ownToOwn admits roles of the account to resources of the accounts.
func (p place) ownToOwn(roles string, actions, accounts []string) policy.Statement {
	return policy.Statement{
		Sid: "NET10OwnToOwn", Effect: policy.Allow, Principal: policy.Principal{Any: true},
		Actions: actions, Resources: []string{"*"},
		Conditions: []policy.Condition{
			condition("ArnLike", "aws:PrincipalArn", roles),
			condition("StringEquals", "aws:ResourceAccount", accounts...),
		},
	}
}

// readAwsOwned lets anybody read buckets that AWS owns. Most such requests are signed by AWS, not by the caller.
func (p place) readAwsOwned(buckets []string) policy.Statement {
	s := policy.Statement{
		Sid: "NET11ReadAwsOwned", Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"s3:GetObject"},
	}
	for _, name := range buckets {
		s.Resources = append(s.Resources, "arn:"+p.partition+":s3:::"+name+"/*")
	}
	return s
}

// outsideEndpoint refuses requests to the bucket past the endpoint, except by AWS services and the lifted roles.
func outsideEndpoint(bucket, endpoint string, lifted []string) policy.Statement {
	return policy.Statement{
		Sid: "NET12OutsideEndpoint", Effect: policy.Deny, Principal: policy.Principal{Any: true},
		Actions: []string{"s3:*"}, Resources: whole(bucket),
		Conditions: []policy.Condition{
			condition("StringNotEquals", "aws:SourceVpce", endpoint),
			condition("BoolIfExists", "aws:ViaAWSService", "false"),
			condition("BoolIfExists", "aws:PrincipalIsAWSService", "false"),
			condition("ArnNotLike", "aws:PrincipalArn", lifted...),
		},
	}
}

// auditorReadsObjects takes back what lifting the auditor gave too much: from outside, configuration is all there is.
func auditorReadsObjects(e Environment, b Bucket) policy.Statement {
	return policy.Statement{
		Sid: "NET12AuditorPastConfiguration", Effect: policy.Deny, Principal: policy.Principal{Any: true},
		NotActions: bucketInspect, Resources: whole(b.ARN),
		Conditions: []policy.Condition{
			condition("StringNotEquals", "aws:SourceVpce", e.S3Endpoint),
			condition("ArnEquals", "aws:PrincipalArn", e.roleARN(Auditor)),
		},
	}
}

// otherRegion caps a boundary at the region, but for services with one global endpoint.
func otherRegion(region string) policy.Statement {
	return policy.Statement{
		Sid: "NET13OtherRegion", Effect: policy.Deny,
		NotActions: []string{"iam:*", "sts:*", "budgets:*", "ce:*"}, Resources: []string{"*"},
		Conditions: []policy.Condition{
			condition("StringNotEquals", "aws:RequestedRegion", region),
			condition("BoolIfExists", "aws:ViaAWSService", "false"),
		},
	}
}

// endpointActions are what passes through the interface endpoint of each AWS service.
var endpointActions = map[EndpointService][]string{
	"codeartifact.api":               {"codeartifact:*"},
	"codeartifact.repositories":      {"codeartifact:*"},
	"codecommit":                     {"codecommit:*"},
	"ecr.api":                        {"ecr:*"},
	"ecr.dkr":                        {"ecr:*"},
	"events":                         {"events:*"},
	"git-codecommit":                 {"codecommit:*"},
	"kms":                            {"kms:*"},
	"logs":                           {"logs:*"},
	"monitoring":                     {"cloudwatch:*"},
	"sagemaker.api":                  {"sagemaker:*"},
	"sagemaker.experiments":          {"sagemaker:*", "sagemaker-mlflow:*"},
	"sagemaker.featurestore-runtime": {"sagemaker:*"},
	"sagemaker.metrics":              {"sagemaker:*"},
	"sagemaker.notebook":             {"sagemaker:*"},
	"sagemaker.runtime":              {"sagemaker:*"},
	"sagemaker.studio":               {"sagemaker:*"},
	"servicecatalog":                 {"servicecatalog:*"},
	"ssm":                            {"ssm:*"},
	"sts":                            {"sts:*"},
}

// EndpointServices returns the AWS services whose interface endpoints the catalogue has a policy for.
func EndpointServices() []EndpointService { return slices.Sorted(maps.Keys(endpointActions)) }

// ownAccounts are the accounts whose resources an environment may reach.
func (e Environment) ownAccounts() []string {
	if e.Shared.Account == "" || e.Shared.Account == e.Account {
		return []string{e.Account}
	}
	return []string{e.Account, e.Shared.Account}
}

func s3EndpointStatements(e Environment, service EndpointService) []policy.Statement {
	if service != S3Gateway {
		return nil
	}
	own := []policy.Condition{
		condition("ArnLike", "aws:PrincipalArn", e.ownRoles()),
		condition("StringEquals", "aws:ResourceAccount", e.Account),
	}
	statements := []policy.Statement{{
		Sid: "NET11OwnBuckets", Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: []string{"s3:*"},
		Resources:  append([]string{e.DataBucket, e.ModelBucket}, objects(e.DataBucket, e.ModelBucket)...),
		Conditions: own,
	}}
	if len(e.LakeBuckets) > 0 {
		statements = append(statements, policy.Statement{
			Sid: "NET11ReadLake", Effect: policy.Allow, Principal: policy.Principal{Any: true}, Actions: bucketRead,
			Resources: append(slices.Clone(e.LakeBuckets), objects(e.LakeBuckets...)...), Conditions: own,
		})
	}
	if len(e.ServiceBuckets) > 0 {
		statements = append(statements, e.place().readAwsOwned(e.ServiceBuckets))
	}
	return statements
}

// localStorage matches instance types for which SageMaker refuses a volume key.
func localStorage() []string {
	var patterns []string
	for _, family := range facts.LocalStorageFamilies() {
		patterns = append(patterns, family+".*")
	}
	return patterns
}
