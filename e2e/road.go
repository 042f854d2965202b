package main

import (
	"fmt"
	"strings"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/plan"
)

// Instance type of every job and endpoint, and the longest that one job may run, in seconds.
const (
	instanceType = "ml.m5.large"
	longest      = 1800
)

// step is a call of the paved road, and how to wait until it is done.
type step struct {
	Name string `json:"name"`
	call
	// Wait asks for the State, until it is the wanted one; nil: the call is done at once.
	Wait  *call  `json:"wait,omitempty"`
	State string `json:"state,omitempty"`
	Want  string `json:"want,omitempty"`
	// Refused steps must be denied.
	Refused bool `json:"refused,omitempty"`
}

// road is what a project does every day, as a job, hosting and transform request with nothing but the defaults that
// the environment publishes. The names begin as the environment's must.
type road struct {
	environment plan.Environment
	// parameters of the environment by the last part of their names.
	parameters map[string]string
	// run tells runs apart in names.
	run string
	// registry is the account of AWS's images for built-in algorithms in the region.
	registry string
}

func (r road) name(part string) string {
	return r.environment.Project + "-" + r.environment.Name + "-e2e-" + part + "-" + r.run
}

func (r road) image(name string) string {
	return r.registry + ".dkr.ecr." + r.environment.Target.Region + "." + r.environment.Target.DNSSuffix + "/" + name
}

func (r road) tags() []map[string]string {
	var out []map[string]string
	for _, key := range []string{"Project", "Environment", "CostCenter", "Owner", "DataClassification"} {
		if value, ok := r.environment.Tags()[key]; ok {
			out = append(out, map[string]string{"Key": key, "Value": value})
		}
	}
	return out
}

func (r road) vpc() map[string]any {
	return map[string]any{"Subnets": strings.Split(r.parameters["subnet-ids"], ","), "SecurityGroupIds": []string{r.parameters["security-group-id"]}}
}

func (r road) data(folder string) string {
	return "s3://" + r.parameters["data-bucket"] + "/e2e-" + r.run + "/" + folder
}

// resources of one instance, without count of its own in transform jobs.
func (r road) resources() map[string]any {
	return map[string]any{"InstanceType": instanceType, "InstanceCount": 1, "VolumeSizeInGB": 10, "VolumeKmsKeyId": r.parameters["volume-key-arn"]}
}

// steps in order. Each uses what those before it made.
func (r road) steps() []step {
	return []step{r.process(), r.train(), r.model(), r.configure(), r.host(), r.invoke(), r.transform()}
}

// process writes training data from inside the VPC and reads the private package index.
func (r road) process() step {
	name := r.name("process")
	return step{
		Name: "processing job: writes data, reads the package index",
		call: call{"sagemaker", "CreateProcessingJob", map[string]any{
			"ProcessingJobName": name, "RoleArn": r.parameters["job-role-arn"], "Tags": r.tags(),
			"AppSpecification": map[string]any{
				"ImageUri": r.image("sagemaker-scikit-learn:1.2-1-cpu-py3"), "ContainerEntrypoint": unpack, "ContainerArguments": pack(r.script()),
			},
			"NetworkConfig":       map[string]any{"EnableInterContainerTrafficEncryption": true, "VpcConfig": r.vpc()},
			"ProcessingResources": map[string]any{"ClusterConfig": r.resources()},
			"ProcessingOutputConfig": map[string]any{
				"KmsKeyId": r.parameters["data-key-arn"],
				"Outputs": []any{map[string]any{"OutputName": "train", "S3Output": map[string]any{
					"S3Uri": r.data("train"), "LocalPath": "/opt/ml/processing/train", "S3UploadMode": "EndOfJob",
				}}},
			},
			"StoppingCondition": map[string]any{"MaxRuntimeInSeconds": longest},
		}},
		Wait: &call{"sagemaker", "DescribeProcessingJob", map[string]any{"ProcessingJobName": name}}, State: "ProcessingJobStatus", Want: "Completed",
	}
}

// script is the processing job's: 200 rows whose first column is the label, then a look at the package index. An index
// without packages answers too; one that the VPC cannot reach ends the job.
func (r road) script() string {
	write := `import random
with open('/opt/ml/processing/train/train.csv', 'w') as f:
    for i in range(200): f.write('%d,%f\n' % (i % 2, random.random() + i % 2))
`
	if r.environment.Packages.Kind == config.PackagesIndex {
		return write + fmt.Sprintf("import urllib.request\nurllib.request.urlopen(%q, timeout=60).read()\n", r.parameters["package-index-url"])
	}
	return write + fmt.Sprintf("import boto3\nboto3.client('codeartifact', region_name=%q).list_packages(domain=%q, domainOwner=%q, repository=%q)\n",
		r.environment.Target.Region, r.parameters["package-domain"], r.parameters["package-domain-owner"], r.parameters["package-repository"])
}

func (r road) train() step {
	name := r.name("train")
	return step{
		Name: "training job: XGBoost on the data",
		call: call{"sagemaker", "CreateTrainingJob", map[string]any{
			"TrainingJobName": name, "RoleArn": r.parameters["job-role-arn"], "Tags": r.tags(), "VpcConfig": r.vpc(),
			"AlgorithmSpecification": map[string]any{"TrainingImage": r.image("sagemaker-xgboost:1.7-1"), "TrainingInputMode": "File"},
			"HyperParameters":        map[string]string{"num_round": "5", "objective": "binary:logistic"},
			"InputDataConfig": []any{map[string]any{
				"ChannelName": "train", "ContentType": "text/csv",
				"DataSource": map[string]any{"S3DataSource": map[string]any{"S3DataType": "S3Prefix", "S3Uri": r.data("train")}},
			}},
			"OutputDataConfig":                      map[string]any{"S3OutputPath": r.models(), "KmsKeyId": r.parameters["data-key-arn"]},
			"ResourceConfig":                        r.resources(),
			"EnableInterContainerTrafficEncryption": true,
			"StoppingCondition":                     map[string]any{"MaxRuntimeInSeconds": longest},
		}},
		Wait: &call{"sagemaker", "DescribeTrainingJob", map[string]any{"TrainingJobName": name}}, State: "TrainingJobStatus", Want: "Completed",
	}
}

func (r road) models() string { return "s3://" + r.parameters["model-bucket"] + "/e2e-" + r.run }

func (r road) model() step {
	return step{Name: "model", call: call{"sagemaker", "CreateModel", map[string]any{
		"ModelName": r.name("model"), "ExecutionRoleArn": r.parameters["hosting-role-arn"], "VpcConfig": r.vpc(), "Tags": r.tags(),
		"PrimaryContainer": map[string]any{
			"Image": r.image("sagemaker-xgboost:1.7-1"), "ModelDataUrl": r.models() + "/" + r.name("train") + "/output/model.tar.gz",
		},
	}}}
}

func (r road) configure() step {
	return step{Name: "endpoint configuration", call: call{"sagemaker", "CreateEndpointConfig", map[string]any{
		"EndpointConfigName": r.name("endpoint"), "KmsKeyId": r.parameters["volume-key-arn"], "Tags": r.tags(),
		"ProductionVariants": []any{map[string]any{
			"VariantName": "all", "ModelName": r.name("model"), "InstanceType": instanceType, "InitialInstanceCount": 1,
		}},
	}}}
}

func (r road) host() step {
	name := r.name("endpoint")
	return step{
		Name: "endpoint",
		call: call{"sagemaker", "CreateEndpoint", map[string]any{"EndpointName": name, "EndpointConfigName": name, "Tags": r.tags()}},
		Wait: &call{"sagemaker", "DescribeEndpoint", map[string]any{"EndpointName": name}}, State: "EndpointStatus", Want: "InService",
	}
}

func (r road) invoke() step {
	return step{Name: "endpoint answers", call: call{"sagemaker-runtime", "InvokeEndpoint", map[string]any{
		"EndpointName": r.name("endpoint"), "ContentType": "text/csv", "Body": "0.5",
	}}}
}

func (r road) transform() step {
	name := r.name("transform")
	return step{
		Name: "batch transform",
		call: call{"sagemaker", "CreateTransformJob", map[string]any{
			"TransformJobName": name, "ModelName": r.name("model"), "Tags": r.tags(),
			"TransformInput": map[string]any{
				"ContentType": "text/csv", "SplitType": "Line",
				"DataSource": map[string]any{"S3DataSource": map[string]any{"S3DataType": "S3Prefix", "S3Uri": r.data("train")}},
			},
			"DataProcessing":     map[string]any{"InputFilter": "$[1:]"},
			"TransformOutput":    map[string]any{"S3OutputPath": r.data("transformed"), "KmsKeyId": r.parameters["data-key-arn"]},
			"TransformResources": map[string]any{"InstanceType": instanceType, "InstanceCount": 1, "VolumeKmsKeyId": r.parameters["volume-key-arn"]},
		}},
		Wait: &call{"sagemaker", "DescribeTransformJob", map[string]any{"TransformJobName": name}}, State: "TransformJobStatus", Want: "Completed",
	}
}

// leftovers are what the steps made that would cost money or stand in the way of deletion, in the order of deletion.
func (r road) leftovers() []step {
	return []step{
		{Name: "endpoint deleted", call: call{"sagemaker", "DeleteEndpoint", map[string]any{"EndpointName": r.name("endpoint")}}},
		{Name: "endpoint configuration deleted", call: call{"sagemaker", "DeleteEndpointConfig", map[string]any{"EndpointConfigName": r.name("endpoint")}}},
		{Name: "model deleted", call: call{"sagemaker", "DeleteModel", map[string]any{"ModelName": r.name("model")}}},
	}
}

// deviations are training jobs that differ from that of the road in one thing, and must be refused.
func (r road) deviations() []step {
	var out []step
	for _, d := range []struct {
		control string
		change  func(input map[string]any)
	}{
		{"NET-01", func(in map[string]any) { delete(in, "VpcConfig") }},
		{"ENC-01", func(in map[string]any) { delete(in["ResourceConfig"].(map[string]any), "VolumeKmsKeyId") }},
		{"ENC-02", func(in map[string]any) { delete(in["OutputDataConfig"].(map[string]any), "KmsKeyId") }},
		{"CST-01", func(in map[string]any) { in["ResourceConfig"].(map[string]any)["InstanceType"] = "ml.p4d.24xlarge" }},
	} {
		s := r.train()
		s.Input["TrainingJobName"] = r.name("refused-" + strings.ToLower(d.control))
		d.change(s.Input)
		out = append(out, step{Name: d.control + " refuses", call: s.call, Refused: true})
	}
	return out
}
