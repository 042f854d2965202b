package controls

import "github.com/secureml/environments/policy"

// encryption controls: which key protects what, who may use it, and traffic on the wire.
var encryption = []Control{
	{
		ID:    "ENC-01",
		Title: "Volumes of jobs, endpoints and workbenches are encrypted with the environment's volume key",
		Area:  Encryption,
		Why: "A key that the caller may choose can belong to anybody; so it is compared with the environment's, not only asked for. " +
			"Instances with local storage encrypt it in hardware and SageMaker refuses a volume key for them; only when every " +
			"instance of a request is of such a type may the key be absent.",
		Fulfils: []string{"C3", "E5", "E7", "H-106", "H-108"},
		Rules: []Rule{{
			Key:  "sagemaker:VolumeKmsKeyArn",
			Must: Must{OneOf: func(e Environment) []string { return []string{e.VolumeKey} }},
			Absent: map[string]Absence{
				"sagemaker:CreateTrainingJob":                      unlessLocalStorage,
				"sagemaker:CreateHyperParameterTuningJob":          unlessLocalStorage,
				"sagemaker:CreateProcessingJob":                    unlessLocalStorage,
				"sagemaker:CreateTransformJob":                     unlessLocalStorage,
				"sagemaker:CreateEndpointConfig":                   unlessLocalStorage,
				"sagemaker:CreateDataQualityJobDefinition":         unlessLocalStorage,
				"sagemaker:CreateModelQualityJobDefinition":        unlessLocalStorage,
				"sagemaker:CreateModelBiasJobDefinition":           unlessLocalStorage,
				"sagemaker:CreateModelExplainabilityJobDefinition": unlessLocalStorage,
				"sagemaker:CreateMonitoringSchedule":               inlineUnlessLocalStorage,
				"sagemaker:UpdateMonitoringSchedule":               inlineUnlessLocalStorage,
			},
		}},
		Template: []string{"ENC01_domain_key", "ENC01_notebook_key", "ENC01_endpoint_config_key"},
	},
	{
		ID:    "ENC-02",
		Title: "What jobs write is encrypted with the environment's data key",
		Area:  Encryption,
		Why: "Without an output key SageMaker uses the AWS-managed key, whose use nobody can restrict, and a foreign key gives the " +
			"output to its owner.",
		Fulfils: []string{"C3", "E5", "H-106"},
		Rules: []Rule{{
			Key:  "sagemaker:OutputKmsKeyArn",
			Must: Must{OneOf: func(e Environment) []string { return []string{e.DataKey} }},
			Absent: map[string]Absence{
				"sagemaker:CreateMonitoringSchedule": inlineOnly,
				"sagemaker:UpdateMonitoringSchedule": inlineOnly,
			},
		}},
	},
	{
		ID:    "ENC-03",
		Title: "Traffic between the nodes of a job is encrypted",
		Area:  Encryption,
		Why: "Frameworks exchange coefficients in plain text. The setting is off by default and costs little on a single node, so it is " +
			"demanded of every job rather than guessed from the number of nodes, which IAM cannot see.",
		Fulfils: []string{"T3", "F4", "H-109", "H-199"},
		Rules: []Rule{{
			Key:  "sagemaker:InterContainerTrafficEncryption",
			Must: Must{True: true},
			Absent: map[string]Absence{
				"sagemaker:CreateMonitoringSchedule": inlineOnly,
				"sagemaker:UpdateMonitoringSchedule": inlineOnly,
			},
		}},
	},
	{
		ID:    "ENC-04",
		Title: "Feature groups store offline data in the environment's bucket with its key",
		Area:  Encryption,
		Why: "The offline store is the one output location of SageMaker that IAM can see, so it is compared with the environment's " +
			"bucket. The online store, where there is one, must use the data key too.",
		Fulfils: []string{"H-57"},
		Rules: []Rule{
			{
				Key:    "sagemaker:FeatureGroupOfflineStoreKmsKeyArn",
				Must:   Must{OneOf: func(e Environment) []string { return []string{e.DataKey} }},
				Absent: map[string]Absence{"sagemaker:CreateFeatureGroup": withoutOfflineStore},
			},
			{
				Key:    "sagemaker:FeatureGroupOfflineStoreS3Uri",
				Must:   Must{Like: func(e Environment) []string { return []string{"s3://" + bucketName(e.DataBucket) + "/*"} }},
				Absent: map[string]Absence{"sagemaker:CreateFeatureGroup": withoutOfflineStore},
			},
			{
				Key:    "sagemaker:FeatureGroupOnlineStoreKmsKeyArn",
				Must:   Must{OneOf: func(e Environment) []string { return []string{e.DataKey} }},
				Absent: map[string]Absence{"sagemaker:CreateFeatureGroup": withoutOnlineStore},
			},
		},
	},
	{
		ID:    "ENC-05",
		Title: "Objects are encrypted with the bucket's key, whatever the request says",
		Area:  Encryption,
		Why: "A put without encryption headers gets the bucket's default, the environment's key: ordinary code is compliant. A put that " +
			"names another algorithm, another key, no key (which means the AWS-managed one) or a key of the caller's own is refused.",
		Fulfils: []string{"E1", "E2", "F4", "H-15", "H-16"},
		Bucket: func(e Environment, b Bucket) []policy.Statement {
			if b.AccessLog {
				return nil
			}
			return otherEncryption(b.ARN, e.DataKey)
		},
		ResourceControl: func(Organization) []policy.Statement {
			return []policy.Statement{customerKey([]string{"*"})}
		},
		Template: []string{"ENC05_bucket_key"},
	},
	{
		ID:              "ENC-06",
		Title:           "Buckets are reached over TLS 1.2 or newer only",
		Area:            Encryption,
		Why:             "S3 still answers plain HTTP and old TLS versions to clients that ask for them.",
		Fulfils:         []string{"T1", "H-18"},
		Bucket:          func(_ Environment, b Bucket) []policy.Statement { return weakTransport(whole(b.ARN)) },
		ResourceControl: func(Organization) []policy.Statement { return weakTransport([]string{"*"}) },
		Template:        []string{"ENC06_bucket_tls"},
	},
	{
		ID:    "ENC-07",
		Title: "Keys are used by the environment's roles, through named services only",
		Area:  Encryption,
		Why: "The key policy admits the environment's roles by path and the services that work for them; nobody else in the account, " +
			"whatever an identity policy grants, and nobody with the ciphertext alone. Roles are named by a condition rather than as " +
			"principals, so that a deleted role leaves no orphan behind and a new user changes no key.",
		Fulfils: []string{"E3", "E6", "E8", "H-100", "H-103"},
		Key:     keyUseStatements,
		ResourceControl: func(o Organization) []policy.Statement {
			return o.outsideOrganization("ENC07", "kms:*")
		},
	},
	{
		ID:    "ENC-08",
		Title: "Grants are made for AWS resources only",
		Area:  Encryption,
		Why: "SageMaker encrypts volumes through grants. Without the condition the same permission lets a user hand the key to any " +
			"principal of any account.",
		Fulfils: []string{"E3", "H-102"},
		Key: func(e Environment, _ KeyPurpose) []policy.Statement {
			return []policy.Statement{e.place().grantsForAWSResources(append([]string{e.ownRoles()}, e.DeploymentRoles...))}
		},
	},
	{
		ID:    "ENC-09",
		Title: "Those who administer a key cannot use it, and only the deployment can delete it",
		Area:  Encryption,
		Why: "Administration belongs to the roles that deploy the environment and holds no cryptographic verb. Project people hold no " +
			"administrative verb. Deletion waits 30 days, in which an alarm can still stop it; a key that is in use cannot be told " +
			"from one that is not.",
		Fulfils: []string{"E3", "H-105"},
		Key: func(e Environment, _ KeyPurpose) []policy.Statement {
			return e.place().administration(e.DeploymentRoles)
		},
		ServiceControl: func(o Organization) []policy.Statement {
			return []policy.Statement{{
				Sid: "ENC09KeepKeys", Effect: policy.Deny,
				Actions:    []string{"kms:DisableKey", "kms:DisableKeyRotation", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"},
				Resources:  []string{"*"},
				Conditions: []policy.Condition{condition("Null", "aws:ResourceTag/"+TagProject, "false"), o.exceptDeployment()},
			}}
		},
	},
	{
		ID:       "ENC-10",
		Title:    "Keys rotate every year and wait 30 days before deletion",
		Area:     Encryption,
		Why:      "Rotation limits what one leaked key version opens. The longest waiting period leaves time to notice a deletion.",
		Fulfils:  []string{"E1"},
		Template: []string{"ENC10_key_rotates"},
	},
	{
		ID:       "ENC-11",
		Title:    "Log groups and topics are encrypted with a customer-managed key; logs have a retention",
		Area:     Encryption,
		Why:      "Logs quote data. A log group that a service creates by itself has no key and keeps everything for ever.",
		Fulfils:  []string{"E8", "A19"},
		Template: []string{"ENC11_log_group_key", "ENC11_log_group_retention"},
	},
	{
		ID:    "ENC-12",
		Title: "Container images are encrypted with the environment's key",
		Area:  Encryption,
		Why: "Images hold the model's code. KMS encryption without a key means the AWS-managed one, whose use cannot be " +
			"separated from the registry's.",
		Fulfils:  []string{"E4"},
		Template: []string{"ENC12_repository_key"},
	},
	{
		ID:       "ENC-13",
		Title:    "Source repositories and package domains are encrypted with a customer-managed key",
		Area:     Encryption,
		Why:      "Both default to AWS-managed keys, and neither can be changed later without replacement.",
		Fulfils:  []string{"E6", "P6"},
		Template: []string{"ENC13_source_key", "ENC13_package_domain_key"},
	},
}

// unlessLocalStorage refuses a missing volume key when any instance type of the request takes one, or when the request
// shows no instance type at all.
var unlessLocalStorage = Absence{
	Why:   "instances with local storage take no volume key",
	Label: "NotLocal",
	Refused: [][]policy.Condition{
		{condition("ForAnyValue:StringNotLike", "sagemaker:InstanceTypes", localStorage()...)},
		{condition("Null", "sagemaker:InstanceTypes", "true")},
	},
}

// inlineUnlessLocalStorage is unlessLocalStorage for monitoring schedules, where no instance type means that the
// schedule names a job definition, which was checked when it was created.
var inlineUnlessLocalStorage = Absence{
	Why:   "instances with local storage take no volume key, and a schedule may name a job definition",
	Label: "InlineNotLocal",
	Refused: [][]policy.Condition{
		{condition("ForAnyValue:StringNotLike", "sagemaker:InstanceTypes", localStorage()...)},
	},
}

var withoutOfflineStore = Absence{
	Why:     "a feature group may have no offline store",
	Label:   "Offline",
	Refused: [][]policy.Condition{{condition("Bool", "sagemaker:FeatureGroupOfflineStoreConfig", "true")}},
}

var withoutOnlineStore = Absence{
	Why:     "a feature group may have no online store",
	Label:   "Online",
	Refused: [][]policy.Condition{{condition("Bool", "sagemaker:FeatureGroupEnableOnlineStore", "true")}},
}

// keyServices are the services through which a key is used.
var keyServices = map[KeyPurpose][]string{
	DataKey:   {"s3", "ecr", "codecommit", "sagemaker", "sns"},
	VolumeKey: {"sagemaker", "ec2", "elasticfilesystem"},
	LogKey:    {"logs", "sns", "sqs", "events"},
}

func keyUseStatements(e Environment, purpose KeyPurpose) []policy.Statement {
	statements := []policy.Statement{
		e.place().useKey("ENC07UseThroughServices", keyUse, []string{e.ownRoles()}, keyServices[purpose]...),
	}
	switch purpose {
	case DataKey:
		// CodeCommit and ECR encrypt with the permissions of whoever creates the repository. No decryption: the
		// deployment must not read what it deploys.
		statements = append(statements, e.place().useKey("ENC07CreateEncrypted",
			[]string{"kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptTo"}, e.DeploymentRoles, "codecommit", "ecr", "s3"))
	case LogKey:
		statements = append(statements, e.place().encryptLogs("/"+e.rolePath()+"*"), policy.Statement{
			Sid: "ENC07Notifications", Effect: policy.Allow,
			Principal: policy.Principal{Services: []string{"cloudwatch." + e.DNSSuffix, "events." + e.DNSSuffix, "budgets." + e.DNSSuffix}},
			Actions:   []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: []string{"*"},
			Conditions: []policy.Condition{condition("StringEquals", "aws:SourceAccount", e.Account)},
		})
	}
	return statements
}

// otherEncryption refuses puts that name anything but the bucket's key; without a header, the key is the default.
func otherEncryption(bucket, dataKey string) []policy.Statement {
	deny := func(suffix string, conditions ...policy.Condition) policy.Statement {
		return denyPut(suffix, objects(bucket), conditions...)
	}
	const algorithm, key = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
	return []policy.Statement{
		deny("OtherAlgorithm", condition("StringNotEquals", algorithm, "aws:kms"), condition("Null", algorithm, "false")),
		deny("OtherKey", condition("StringNotEquals", key, dataKey), condition("Null", key, "false")),
		deny("NoKey", condition("StringEquals", algorithm, "aws:kms"), condition("Null", key, "true")),
		customerKey(objects(bucket)),
	}
}

// customerKey refuses puts with a key of the caller's own (SSE-C).
func customerKey(resources []string) policy.Statement {
	return denyPut("CustomerKey", resources, condition("Null", "s3:x-amz-server-side-encryption-customer-algorithm", "false"))
}

func denyPut(suffix string, resources []string, conditions ...policy.Condition) policy.Statement {
	return policy.Statement{
		Sid: "ENC05" + suffix, Effect: policy.Deny, Principal: policy.Principal{Any: true},
		Actions: []string{"s3:PutObject"}, Resources: resources, Conditions: conditions,
	}
}

// weakTransport refuses plain HTTP and TLS before 1.2.
func weakTransport(resources []string) []policy.Statement {
	deny := func(suffix string, c policy.Condition) policy.Statement {
		return policy.Statement{
			Sid: "ENC06" + suffix, Effect: policy.Deny, Principal: policy.Principal{Any: true},
			Actions: []string{"s3:*"}, Resources: resources, Conditions: []policy.Condition{c},
		}
	}
	return []policy.Statement{
		deny("PlainHttp", condition("Bool", "aws:SecureTransport", "false")),
		deny("OldTls", condition("NumericLessThan", "s3:TlsVersion", "1.2")),
	}
}

// useKey lets roles of the account use a key through services.
func (p place) useKey(name string, actions, roles []string, services ...string) policy.Statement {
	return policy.Statement{
		Sid: name, Effect: policy.Allow, Principal: p.thisAccount(), Actions: actions, Resources: []string{"*"},
		Conditions: []policy.Condition{
			condition("ArnLike", "aws:PrincipalArn", roles...),
			condition("StringEquals", "kms:ViaService", p.via(services...)...),
		},
	}
}

// encryptLogs lets CloudWatch Logs use a key for log groups whose names match the pattern.
func (p place) encryptLogs(groups string) policy.Statement {
	return policy.Statement{
		Sid: "ENC07Logs", Effect: policy.Allow,
		Principal: policy.Principal{Services: []string{"logs." + p.region + "." + p.dnsSuffix}},
		Actions:   keyUse, Resources: []string{"*"},
		Conditions: []policy.Condition{
			condition("StringLike", "kms:EncryptionContext:aws:logs:arn", p.arn("logs", "log-group:"+groups)),
		},
	}
}

// grantsForAWSResources lets roles have AWS services create grants on a key for the resources they encrypt.
func (p place) grantsForAWSResources(roles []string) policy.Statement {
	return policy.Statement{
		Sid: "ENC08GrantsForAwsResources", Effect: policy.Allow, Principal: p.thisAccount(),
		Actions: []string{"kms:CreateGrant"}, Resources: []string{"*"},
		Conditions: []policy.Condition{
			condition("ArnLike", "aws:PrincipalArn", roles...),
			condition("Bool", "kms:GrantIsForAWSResource", "true"),
		},
	}
}

// administration lets the roles administer a key, and the account see how it is configured.
func (p place) administration(administrators []string) []policy.Statement {
	return []policy.Statement{
		{
			Sid: "ENC09AdministerNotUse", Effect: policy.Allow, Principal: p.thisAccount(),
			Actions: []string{
				"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DisableKey", "kms:EnableKey",
				"kms:EnableKeyRotation", "kms:PutKeyPolicy", "kms:RevokeGrant", "kms:ScheduleKeyDeletion",
				"kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
			},
			Resources:  []string{"*"},
			Conditions: []policy.Condition{condition("ArnLike", "aws:PrincipalArn", administrators...)},
		},
		{
			Sid: "ENC09Inspect", Effect: policy.Allow, Principal: p.thisAccount(),
			Actions: []string{
				"kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListGrants",
				"kms:ListKeyPolicies", "kms:ListResourceTags",
			},
			Resources: []string{"*"},
		},
	}
}

// bucketName returns the name in a bucket ARN, which may be a token; a token ARN is only ever arn:partition:s3:::name.
func bucketName(arn string) string {
	for i, colons := 0, 0; i < len(arn); i++ {
		if arn[i] == ':' {
			if colons++; colons == 5 {
				return arn[i+1:]
			}
		}
	}
	return arn
}
