package sdkdefaults

// The types mirror the file as the SDK reads it, as far as guardrails ask for something.
// Source: sagemaker.config.config_schema of the SageMaker Python SDK, kept in schema.json.

type file struct {
	SchemaVersion string    `yaml:"SchemaVersion"`
	SageMaker     sageMaker `yaml:"SageMaker"`
}

type sageMaker struct {
	SDK struct {
		Modules modules `yaml:"Modules"`
	} `yaml:"PythonSDK"`
	TrainingJob        trainingJob        `yaml:"TrainingJob"`
	ProcessingJob      processingJob      `yaml:"ProcessingJob"`
	TransformJob       transformJob       `yaml:"TransformJob"`
	AutoMLJob          autoMLJob          `yaml:"AutoMLJob"`
	AutoMLJobV2        autoMLJobV2        `yaml:"AutoMLJobV2"`
	Model              model              `yaml:"Model"`
	EndpointConfig     endpointConfig     `yaml:"EndpointConfig"`
	Endpoint           tagged             `yaml:"Endpoint"`
	MonitoringSchedule monitoringSchedule `yaml:"MonitoringSchedule"`
	Pipeline           pipeline           `yaml:"Pipeline"`
	FeatureGroup       featureGroup       `yaml:"FeatureGroup"`
}

type tag struct {
	Key   string `yaml:"Key"`
	Value string `yaml:"Value"`
}

type tagged struct {
	Tags []tag `yaml:"Tags"`
}

type vpcConfig struct {
	SecurityGroups []string `yaml:"SecurityGroupIds"`
	Subnets        []string `yaml:"Subnets"`
}

type output struct {
	Key string `yaml:"KmsKeyId"`
}

type volume struct {
	Key string `yaml:"VolumeKmsKeyId,omitempty"`
}

type cluster struct {
	volume `yaml:"ClusterConfig"`
}

type networkConfig struct {
	EncryptTraffic bool      `yaml:"EnableInterContainerTrafficEncryption"`
	Isolate        bool      `yaml:"EnableNetworkIsolation"`
	VPC            vpcConfig `yaml:"VpcConfig"`
}

type securityConfig struct {
	EncryptTraffic bool      `yaml:"EnableInterContainerTrafficEncryption"`
	VolumeKey      string    `yaml:"VolumeKmsKeyId"`
	VPC            vpcConfig `yaml:"VpcConfig"`
}

type trainingJob struct {
	EncryptTraffic bool      `yaml:"EnableInterContainerTrafficEncryption"`
	Isolate        bool      `yaml:"EnableNetworkIsolation"`
	Output         output    `yaml:"OutputDataConfig"`
	Resources      volume    `yaml:"ResourceConfig"`
	Profiler       profiler  `yaml:"ProfilerConfig"`
	Role           string    `yaml:"RoleArn"`
	VPC            vpcConfig `yaml:"VpcConfig"`
	Tags           []tag     `yaml:"Tags"`
}

// profiler is switched off by default: it starts processing jobs of its own, which no argument of the user describes.
type profiler struct {
	Disable bool `yaml:"DisableProfiler"`
}

type processingJob struct {
	Network   networkConfig `yaml:"NetworkConfig"`
	Output    output        `yaml:"ProcessingOutputConfig"`
	Resources cluster       `yaml:"ProcessingResources"`
	Role      string        `yaml:"RoleArn"`
	Tags      []tag         `yaml:"Tags"`
}

type transformJob struct {
	Output    output `yaml:"TransformOutput"`
	Resources volume `yaml:"TransformResources"`
	Tags      []tag  `yaml:"Tags"`
}

type autoMLConfig struct {
	Security securityConfig `yaml:"SecurityConfig"`
}

type autoMLJob struct {
	Config autoMLConfig `yaml:"AutoMLJobConfig"`
	Output output       `yaml:"OutputDataConfig"`
	Role   string       `yaml:"RoleArn"`
	Tags   []tag        `yaml:"Tags"`
}

type autoMLJobV2 struct {
	Security securityConfig `yaml:"SecurityConfig"`
	Output   output         `yaml:"OutputDataConfig"`
	Role     string         `yaml:"RoleArn"`
	Tags     []tag          `yaml:"Tags"`
}

type model struct {
	Isolate bool      `yaml:"EnableNetworkIsolation"`
	Role    string    `yaml:"ExecutionRoleArn"`
	VPC     vpcConfig `yaml:"VpcConfig"`
	Tags    []tag     `yaml:"Tags"`
}

type async struct {
	Output output `yaml:"OutputConfig"`
}

type endpointConfig struct {
	Async   async  `yaml:"AsyncInferenceConfig"`
	Capture output `yaml:"DataCaptureConfig"`
	Key     string `yaml:"KmsKeyId,omitempty"`
	Tags    []tag  `yaml:"Tags"`
}

type monitoringSchedule struct {
	Config scheduleConfig `yaml:"MonitoringScheduleConfig"`
	Tags   []tag          `yaml:"Tags"`
}

type scheduleConfig struct {
	Job monitoringJob `yaml:"MonitoringJobDefinition"`
}

type monitoringJob struct {
	Output    output        `yaml:"MonitoringOutputConfig"`
	Resources cluster       `yaml:"MonitoringResources"`
	Network   networkConfig `yaml:"NetworkConfig"`
	Role      string        `yaml:"RoleArn"`
}

type pipeline struct {
	Role string `yaml:"RoleArn"`
	Tags []tag  `yaml:"Tags"`
}

type offline struct {
	Storage output `yaml:"S3StorageConfig"`
}

type online struct {
	Security output `yaml:"SecurityConfig"`
}

type featureGroup struct {
	Offline offline `yaml:"OfflineStoreConfig"`
	Online  online  `yaml:"OnlineStoreConfig"`
	Role    string  `yaml:"RoleArn"`
	Tags    []tag   `yaml:"Tags"`
}

type modules struct {
	Session        session        `yaml:"Session"`
	RemoteFunction remoteFunction `yaml:"RemoteFunction"`
	NotebookJob    notebookJob    `yaml:"NotebookJob"`
	// TelemetryOptOut: the SDK reports its use to a bucket of AWS that the environment does not reach (NET-11).
	TelemetryOptOut bool `yaml:"TelemetryOptOut"`
}

type session struct {
	Bucket string `yaml:"DefaultS3Bucket"`
}

type remoteFunction struct {
	EncryptTraffic bool      `yaml:"EnableInterContainerTrafficEncryption"`
	Role           string    `yaml:"RoleArn"`
	BucketKey      string    `yaml:"S3KmsKeyId"`
	VolumeKey      string    `yaml:"VolumeKmsKeyId,omitempty"`
	VPC            vpcConfig `yaml:"VpcConfig"`
	Tags           []tag     `yaml:"Tags"`
}

type notebookJob struct {
	Role      string    `yaml:"RoleArn"`
	BucketKey string    `yaml:"S3KmsKeyId"`
	VolumeKey string    `yaml:"VolumeKmsKeyId,omitempty"`
	VPC       vpcConfig `yaml:"VpcConfig"`
}
