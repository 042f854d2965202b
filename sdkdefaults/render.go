package sdkdefaults

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/facts"
)

// Path is where the SDK looks for the defaults of an administrator on Linux. Users can have defaults of their own, which
// win; the guardrails do not depend on either.
const Path = "/etc/xdg/sagemaker/config.yaml"

// Render returns the defaults file of the environment: the same facts give the same bytes. Tags are what every resource of
// the environment carries besides Project and Environment, such as CostCenter.
//
// It fails where facts are missing or where the SDK would refuse the file, and the error names the value.
func Render(e controls.Environment, tags map[string]string) ([]byte, error) {
	if err := complete(e); err != nil {
		return nil, err
	}
	text, err := yaml.Marshal(newFile(e, tagList(e, tags)))
	if err != nil {
		return nil, fmt.Errorf("render the SDK's defaults: %w", err)
	}
	if err := Validate(text); err != nil {
		return nil, fmt.Errorf("the SDK would refuse the defaults of %s-%s: %w", e.Project, e.Name, err)
	}
	return text, nil
}

// complete refuses an environment whose file would leave a guardrail to the caller.
func complete(e controls.Environment) error {
	var missing []string
	for name, absent := range map[string]bool{
		"subnets": len(e.Subnets) == 0, "security groups": len(e.SecurityGroups) == 0,
		"data key": e.DataKey == "", "volume key": e.VolumeKey == "", "data bucket": e.DataBucket == "",
	} {
		if absent {
			missing = append(missing, name)
		}
	}
	if missing == nil {
		return nil
	}
	slices.Sort(missing)
	return errors.New("the environment has no " + strings.Join(missing, ", no ") + "; take its facts from the parameters of the deployed stack")
}

// tagList sorts by key. The environment's own tags win over those given, because ISO-01 refuses any other value.
func tagList(e controls.Environment, tags map[string]string) []tag {
	all := maps.Clone(tags)
	if all == nil {
		all = map[string]string{}
	}
	all[controls.TagProject], all[controls.TagEnvironment] = e.Project, e.Name
	var list []tag
	for _, key := range slices.Sorted(maps.Keys(all)) {
		list = append(list, tag{key, all[key]})
	}
	return list
}

func newFile(e controls.Environment, tags []tag) file {
	vpc := vpcConfig{e.SecurityGroups, e.Subnets}
	network := networkConfig{EncryptTraffic: true, Isolate: e.IsolateNetwork, VPC: vpc}
	processing := cluster{volume{volumeKey(e, e.Compute.Processing)}}
	security := securityConfig{EncryptTraffic: true, VolumeKey: e.VolumeKey, VPC: vpc}
	job := e.RoleARN(controls.Job)
	data := output{e.DataKey}
	s := sageMaker{
		TrainingJob: trainingJob{
			EncryptTraffic: true, Isolate: e.IsolateNetwork, Output: data, Resources: volume{volumeKey(e, e.Compute.Training)},
			Profiler: profiler{Disable: true}, Role: job, VPC: vpc, Tags: tags,
		},
		ProcessingJob:  processingJob{Network: network, Output: data, Resources: processing, Role: job, Tags: tags},
		TransformJob:   transformJob{Output: data, Resources: processing.volume, Tags: tags},
		AutoMLJob:      autoMLJob{Config: autoMLConfig{security}, Output: data, Role: job, Tags: tags},
		AutoMLJobV2:    autoMLJobV2{Security: security, Output: data, Role: job, Tags: tags},
		Model:          model{Isolate: e.IsolateNetwork, Role: e.RoleARN(controls.Hosting), VPC: vpc, Tags: tags},
		EndpointConfig: endpointConfig{Async: async{data}, Capture: data, Key: volumeKey(e, e.Compute.Hosting), Tags: tags},
		Endpoint:       tagged{tags},
		MonitoringSchedule: monitoringSchedule{Tags: tags, Config: scheduleConfig{monitoringJob{
			Output: data, Resources: processing, Network: network, Role: e.RoleARN(controls.Monitoring),
		}}},
		Pipeline: pipeline{Role: e.RoleARN(controls.Pipeline), Tags: tags},
		FeatureGroup: featureGroup{
			Offline: offline{data}, Online: online{data}, Role: job, Tags: tags,
		},
	}
	s.SDK.Modules = modules{
		Session: session{Bucket: strings.TrimPrefix(e.DataBucket, "arn:"+e.Partition+":s3:::")},
		RemoteFunction: remoteFunction{
			EncryptTraffic: true, Role: job, BucketKey: e.DataKey, VolumeKey: volumeKey(e, e.Compute.Training), VPC: vpc, Tags: tags,
		},
		NotebookJob:     notebookJob{Role: job, BucketKey: e.DataKey, VolumeKey: volumeKey(e, e.Compute.Training), VPC: vpc},
		TelemetryOptOut: true,
	}
	return file{SchemaVersion: "1.0", SageMaker: s}
}

// volumeKey is empty where every approved instance type encrypts its storage itself and takes no key (ENC-01). Where only
// some do, the SDK leaves the key out for those that it knows.
func volumeKey(e controls.Environment, types []string) string {
	if len(types) > 0 && !slices.ContainsFunc(types, func(t string) bool { return !facts.HasLocalStorage(t) }) {
		return ""
	}
	return e.VolumeKey
}
