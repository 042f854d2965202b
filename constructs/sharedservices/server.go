package sharedservices

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/jsii-runtime-go"

	"github.com/secureml/environments/constructs/internal/rendering"
	"github.com/secureml/environments/controls"
)

// noImage stands for the digest until the image is pushed. It is the digest of nothing, and no task is started with it.
var noImage = "sha256:" + strings.Repeat("0", 64)

const (
	container = "index"
	// gatewayUser is the only user id that the gateway's unprivileged image works with.
	gatewayUser = "101"
	// A quarter of a processor and the least memory that Fargate has for it: the server copies bytes.
	serverCPU, serverMemory = "256", "512"
	// containerMemory, in MiB, is all of it: the container is the task's only one.
	containerMemory = 512
)

// server runs the gateway, one task in each zone, or none until its image is pushed.
func (b *builder) server() {
	cluster := awsecs.NewCfnCluster(b.scope, jsii.String("Cluster"), &awsecs.CfnClusterProps{
		ClusterName: jsii.String(controls.SharedCluster),
		Configuration: &awsecs.CfnCluster_ClusterConfigurationProperty{
			ManagedStorageConfiguration: &awsecs.CfnCluster_ManagedStorageConfigurationProperty{
				FargateEphemeralStorageKmsKeyId: jsii.String(b.facts.DataKey),
			},
		},
	})
	rendering.Acknowledge(cluster, rendering.Because("Container Insights writes to a log group whose name AWS chooses, out of reach of the log key and "+
		"its retention (ENC-11). Target health and the server's own log tell whether the index works.", "AwsSolutions-ECS4", "CT.ECS.PR.2"))
	digest, tasks := b.in.Packages.ImageDigest, len(b.vpc.SubnetIDs)
	if digest == "" {
		digest, tasks = noImage, 0
	}
	service := awsecs.NewCfnService(b.scope, jsii.String("Server"), &awsecs.CfnServiceProps{
		Cluster: cluster, ServiceName: jsii.String("index"), TaskDefinition: b.taskDefinition(digest), DesiredCount: jsii.Number(tasks),
		LaunchType: jsii.String("FARGATE"), PlatformVersion: jsii.String("LATEST"), EnableExecuteCommand: false,
		AvailabilityZoneRebalancing: jsii.String("ENABLED"), EnableEcsManagedTags: true, PropagateTags: jsii.String("SERVICE"),
		HealthCheckGracePeriodSeconds: jsii.Number(60),
		DeploymentConfiguration: &awsecs.CfnService_DeploymentConfigurationProperty{
			DeploymentCircuitBreaker: &awsecs.CfnService_DeploymentCircuitBreakerProperty{Enable: true, Rollback: true},
			MinimumHealthyPercent:    jsii.Number(100), MaximumPercent: jsii.Number(200),
		},
		NetworkConfiguration: &awsecs.CfnService_NetworkConfigurationProperty{
			AwsvpcConfiguration: &awsecs.CfnService_AwsVpcConfigurationProperty{
				Subnets: jsii.Strings(b.vpc.SubnetIDs...), SecurityGroups: jsii.Strings(b.serverGroup), AssignPublicIp: jsii.String("DISABLED"),
			},
		},
		LoadBalancers: []any{&awsecs.CfnService_LoadBalancerProperty{
			ContainerName: jsii.String(container), ContainerPort: jsii.Number(serverPort), TargetGroupArn: b.targets.Ref(),
		}},
	})
	// Amazon ECS refuses a target group that no listener names yet.
	service.AddResourceDependency(b.listener, nil)
}

// taskDefinition pulls the image by digest, so that what runs is what was pushed and looked at.
func (b *builder) taskDefinition(digest string) awsecs.CfnTaskDefinition {
	group := rendering.LogGroup(b.scope, "ServerLogGroup", controls.SharedLogGroup("index"), b.logKeyARN, b.in.LogRetentionDays)
	task := awsecs.NewCfnTaskDefinition(b.scope, jsii.String("Task"), &awsecs.CfnTaskDefinitionProps{
		Family: jsii.String(name + "-index"), NetworkMode: jsii.String("awsvpc"), RequiresCompatibilities: jsii.Strings("FARGATE"),
		Cpu: jsii.String(serverCPU), Memory: jsii.String(serverMemory),
		RuntimePlatform: &awsecs.CfnTaskDefinition_RuntimePlatformProperty{
			CpuArchitecture: jsii.String("ARM64"), OperatingSystemFamily: jsii.String("LINUX"),
		},
		TaskRoleArn: b.role(controls.IndexServer), ExecutionRoleArn: b.role(controls.IndexAgent),
		ContainerDefinitions: []any{&awsecs.CfnTaskDefinition_ContainerDefinitionProperty{
			Name: jsii.String(container), Memory: jsii.Number(containerMemory), Image: jsii.String(b.built.ImageRepositoryURI + "@" + digest), Essential: true,
			User: jsii.String(gatewayUser), Privileged: false,
			LinuxParameters: &awsecs.CfnTaskDefinition_LinuxParametersProperty{
				Capabilities: &awsecs.CfnTaskDefinition_KernelCapabilitiesProperty{Drop: jsii.Strings("ALL")},
			},
			PortMappings: []any{&awsecs.CfnTaskDefinition_PortMappingProperty{ContainerPort: jsii.Number(serverPort), Protocol: jsii.String("tcp")}},
			Environment:  environment(b.settings()),
			LogConfiguration: &awsecs.CfnTaskDefinition_LogConfigurationProperty{
				LogDriver: jsii.String("awslogs"),
				Options: map[string]*string{
					"awslogs-group": group.Ref(), "awslogs-region": jsii.String(b.facts.Region), "awslogs-stream-prefix": jsii.String("server"),
				},
			},
		}},
	})
	rendering.Acknowledge(task,
		rendering.Because("The settings are no secrets; credentials come from the task's role.", "AwsSolutions-ECS2"),
		rendering.Because("The gateway's start-up scripts write its configuration; it runs as user 101 without capabilities instead.", "CT.ECS.PR.6"))
	return task
}

// settings of the gateway (its "Getting Started Guide"). Credentials are not among them: it takes the task's role.
func (b *builder) settings() map[string]string {
	return map[string]string{
		"S3_BUCKET_NAME": b.built.PackageBucketName, "S3_REGION": b.facts.Region, "S3_SERVICE": "s3",
		"S3_SERVER": "s3." + b.facts.Region + "." + b.facts.DNSSuffix, "S3_SERVER_PORT": "443", "S3_SERVER_PROTO": "https",
		"S3_STYLE": "virtual-v2", "AWS_SIGS_VERSION": "4",
		// simple/<project>/ is answered with simple/<project>/index.html. The bucket cannot be listed. A redirect would
		// lead to http, since TLS ends before the server; pip asks with the slash.
		"PROVIDE_INDEX_PAGE": "true", "ALLOW_DIRECTORY_LIST": "false", "APPEND_SLASH_FOR_POSSIBLE_DIRECTORY": "false",
		"CORS_ENABLED": "false", "DEBUG": "false",
		// How long a new or withdrawn package goes unseen. A task's disk has 20 GiB.
		"PROXY_CACHE_VALID_OK": "5m", "PROXY_CACHE_VALID_NOTFOUND": "1m", "PROXY_CACHE_VALID_FORBIDDEN": "30s",
		"PROXY_CACHE_MAX_SIZE": "10g",
	}
}

func environment(settings map[string]string) []any {
	var out []any
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		out = append(out, &awsecs.CfnTaskDefinition_KeyValuePairProperty{Name: jsii.String(key), Value: jsii.String(settings[key])})
	}
	return out
}
