package reachability

import "fmt"

func (b *builder) readECSService(r *reader) {
	r.skip("AvailabilityZoneRebalancing", "CapacityProviderStrategy", "Cluster", "DeploymentConfiguration", "DeploymentController",
		"DesiredCount", "EnableECSManagedTags", "EnableExecuteCommand", "HealthCheckGracePeriodSeconds", "LaunchType",
		"LoadBalancers", "PlacementConstraints", "PlacementStrategies", "PlatformVersion", "PropagateTags", "SchedulingStrategy",
		"ServiceName", "Tags", "TaskDefinition")
	network := r.object("NetworkConfiguration")
	if network == nil {
		r.fail("no NetworkConfiguration: tasks would share the interface of a container instance, which is not understood")
		return
	}
	vpcConfig := network.object("AwsvpcConfiguration")
	network.done()
	if vpcConfig == nil {
		r.fail("no AwsvpcConfiguration")
		return
	}
	tasks := Interface{Name: r.label, Type: "AWS::ECS::Service", assignable: vpcConfig.text("AssignPublicIp") == "ENABLED"}
	b.addWorkload(vpcConfig, tasks, "Subnets", "SecurityGroups")
	vpcConfig.done()
}

// addWorkload adds what works in the subnets and groups that the properties name.
func (b *builder) addWorkload(r *reader, i Interface, subnets, groups string) {
	i.subnets = findAll(r, subnets, b.subnets)
	i.vpc = r.oneVPC(i.subnets)
	i.groups = b.groupsOf(r, groups, i.vpc)
	if i.vpc == nil {
		r.fail("no subnets")
		return
	}
	b.sameVPC(r, i.vpc, i.subnets, i.groups)
	b.addInterface(i)
}

// addOutside adds what has an interface in a network of AWS that leads to the internet.
func (b *builder) addOutside(r *reader, kind, why string, arguments ...any) {
	fact := Fact{Resource: r.label, Says: fmt.Sprintf(why, arguments...)}
	b.addInterface(Interface{Name: r.label, Type: kind, outside: &fact})
}

// readFunction reads a function: without a VPC it runs in a network of AWS Lambda that leads to the internet (AWS Lambda
// Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC").
func (b *builder) readFunction(r *reader) {
	const kind = "AWS::Lambda::Function"
	r.skip("Architectures", "Code", "CodeSigningConfigArn", "DeadLetterConfig", "Description", "Environment", "EphemeralStorage",
		"FunctionName", "Handler", "ImageConfig", "KmsKeyArn", "Layers", "LoggingConfig", "MemorySize", "PackageType",
		"RecursiveLoop", "ReservedConcurrentExecutions", "Role", "Runtime", "RuntimeManagementConfig", "SnapStart", "Tags",
		"Timeout", "TracingConfig")
	vpcConfig := r.object("VpcConfig")
	if vpcConfig == nil || len(vpcConfig.texts("SubnetIds")) == 0 {
		b.addOutside(r, kind, "no VpcConfig with subnets")
		return
	}
	vpcConfig.skip("Ipv6AllowedForDualStack")
	b.addWorkload(vpcConfig, Interface{Name: r.label, Type: kind}, "SubnetIds", "SecurityGroupIds")
	vpcConfig.done()
}

// readDomain reads a Studio domain (Amazon SageMaker Developer Guide, "Connect Studio in a VPC to External Resources").
func (b *builder) readDomain(r *reader) {
	const kind = "AWS::SageMaker::Domain"
	r.skip("AppSecurityGroupManagement", "AuthMode", "DomainName", "KmsKeyId", "TagPropagation", "Tags")
	if access := r.text("AppNetworkAccessType"); access != "VpcOnly" {
		b.addOutside(r, kind, "AppNetworkAccessType is %q", access)
	}
	v, subnets := r.vpc("VpcId"), findAll(r, "SubnetIds", b.subnets)
	if v == nil {
		return
	}
	var groups []*group
	for settings, property := range map[string]string{
		"DefaultUserSettings": "SecurityGroups", "DefaultSpaceSettings": "SecurityGroups", "DomainSettings": "SecurityGroupIds",
	} {
		if s := r.object(settings); s != nil {
			groups = append(groups, findAll(s, property, b.groups)...)
		}
	}
	if len(groups) == 0 {
		r.fail("no security groups in DefaultUserSettings")
		return
	}
	b.sameVPC(r, v, subnets, groups)
	b.addInterface(Interface{Name: r.label, Type: kind, vpc: v, subnets: subnets, groups: groups})
}

// readNotebook reads a notebook instance, which has an interface that leads to the internet unless this is disabled
// (Amazon SageMaker Developer Guide, "Connect a Notebook Instance in a VPC to External Resources").
func (b *builder) readNotebook(r *reader) {
	const kind = "AWS::SageMaker::NotebookInstance"
	r.skip("AcceleratorTypes", "AdditionalCodeRepositories", "DefaultCodeRepository", "InstanceMetadataServiceConfiguration",
		"InstanceType", "KmsKeyId", "LifecycleConfigName", "NotebookInstanceName", "PlatformIdentifier", "RoleArn", "RootAccess",
		"Tags", "VolumeSizeInGB")
	if access := r.text("DirectInternetAccess"); access != "Disabled" {
		b.addOutside(r, kind, "DirectInternetAccess is %q", access)
	}
	id := r.text("SubnetId")
	if id == "" {
		r.skip("SecurityGroupIds")
		return
	}
	s := find(r, "SubnetId", id, b.subnets)
	groups := findAll(r, "SecurityGroupIds", b.groups)
	if s == nil {
		return
	}
	b.sameVPC(r, s.vpc, nil, groups)
	b.addInterface(Interface{Name: r.label, Type: kind, vpc: s.vpc, subnets: []*subnet{s}, groups: groups})
}

// readModel reads a model: its containers reach the internet through SageMaker's own network, unless they have a VPC or
// no network at all (Amazon SageMaker API Reference, CreateModel).
func (b *builder) readModel(r *reader) {
	const kind = "AWS::SageMaker::Model"
	r.skip("Containers", "ExecutionRoleArn", "InferenceExecutionConfig", "ModelName", "PrimaryContainer", "Tags")
	isolated := r.flag("EnableNetworkIsolation", false)
	vpcConfig := r.object("VpcConfig")
	switch {
	case isolated:
		// Containers have no network then, with or without a VPC.
	case vpcConfig == nil:
		b.addOutside(r, kind, "no VpcConfig, and EnableNetworkIsolation is false")
	default:
		b.addWorkload(vpcConfig, Interface{Name: r.label, Type: kind}, "Subnets", "SecurityGroupIds")
		vpcConfig.done()
	}
}
