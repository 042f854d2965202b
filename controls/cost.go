package controls

// cost controls: what compute may cost before anybody asks.
var cost = []Control{
	{
		ID:    "CST-01",
		Title: "Only approved instance types are used",
		Area:  CostSelfService,
		Why: "One request for the wrong instance type can cost a month's budget. Each use has its own list: training, processing, hosting " +
			"and workbenches. Where the request shows no type, the platform has set one.",
		Fulfils: []string{"C6", "M4", "S3", "H-147"},
		Rules: []Rule{
			{
				Key:  "sagemaker:InstanceTypes",
				Name: "Training",
				Must: Must{OneOf: func(e Environment) []string { return e.Compute.Training }},
				Only: []string{"sagemaker:CreateTrainingJob", "sagemaker:CreateHyperParameterTuningJob", "sagemaker:UpdateTrainingJob"},
				Absent: map[string]Absence{
					"sagemaker:UpdateTrainingJob": tolerated("the update leaves the instances as they are"),
				},
			},
			{
				Key:  "sagemaker:InstanceTypes",
				Name: "Processing",
				Must: Must{OneOf: func(e Environment) []string { return e.Compute.Processing }},
				Only: []string{
					"sagemaker:CreateProcessingJob", "sagemaker:CreateTransformJob",
					"sagemaker:CreateDataQualityJobDefinition", "sagemaker:CreateModelQualityJobDefinition",
					"sagemaker:CreateModelBiasJobDefinition", "sagemaker:CreateModelExplainabilityJobDefinition",
					"sagemaker:CreateMonitoringSchedule", "sagemaker:UpdateMonitoringSchedule",
				},
				Absent: map[string]Absence{
					"sagemaker:CreateMonitoringSchedule": tolerated("the schedule may name a job definition, which was checked when it was created"),
					"sagemaker:UpdateMonitoringSchedule": tolerated("the schedule may name a job definition, which was checked when it was created"),
				},
			},
			{
				Key:  "sagemaker:InstanceTypes",
				Name: "Hosting",
				Must: Must{OneOf: func(e Environment) []string { return e.Compute.Hosting }},
				Only: []string{"sagemaker:CreateEndpointConfig"},
				Absent: map[string]Absence{
					"sagemaker:CreateEndpointConfig": tolerated("serverless endpoints have no instances; NET-06 refuses them"),
				},
			},
			{
				Key:  "sagemaker:InstanceTypes",
				Name: "Workbench",
				Must: Must{OneOf: func(e Environment) []string { return append([]string{"system"}, e.Compute.Workbench...) }},
				Only: []string{
					"sagemaker:CreateApp", "sagemaker:CreateDomain", "sagemaker:CreateNotebookInstance", "sagemaker:CreateSpace",
					"sagemaker:CreateUserProfile", "sagemaker:UpdateDomain", "sagemaker:UpdateNotebookInstance",
					"sagemaker:UpdateSpace", "sagemaker:UpdateUserProfile",
				},
				Absent: map[string]Absence{
					"sagemaker:CreateApp":              tolerated("the profile's or the domain's default is taken"),
					"sagemaker:CreateDomain":           tolerated("the service's default is its smallest type"),
					"sagemaker:CreateSpace":            tolerated("the profile's or the domain's default is taken"),
					"sagemaker:CreateUserProfile":      tolerated("the domain's default is taken"),
					"sagemaker:UpdateDomain":           tolerated("the update leaves the types as they are"),
					"sagemaker:UpdateNotebookInstance": tolerated("the update leaves the type as it is"),
					"sagemaker:UpdateSpace":            tolerated("the update leaves the type as it is"),
					"sagemaker:UpdateUserProfile":      tolerated("the update leaves the types as they are"),
				},
			},
		},
	},
	{
		ID:    "CST-02",
		Title: "A job ends after the environment's longest run time",
		Area:  CostSelfService,
		Why: "A job that hangs costs until somebody looks. A request that names no run time gets SageMaker's default of a day; where the " +
			"environment allows less, the request must name one.",
		Fulfils: []string{"M3", "H-148"},
		Rules: []Rule{{
			Key:  "sagemaker:MaxRuntimeInSeconds",
			Must: Must{AtMost: func(e Environment) int { return e.Compute.MaxRuntimeSeconds }, Default: 86400},
			Absent: map[string]Absence{
				"sagemaker:CreateMonitoringSchedule": inlineOnly,
				"sagemaker:UpdateMonitoringSchedule": inlineOnly,
			},
		}},
	},
	{
		ID:      "CST-03",
		Title:   "Training clusters are kept no longer than allowed",
		Area:    CostSelfService,
		Why:     "A kept cluster costs as much as a running one and keeps the last job's data on its volumes.",
		Fulfils: []string{"M3", "H-52"},
		Rules: []Rule{{
			Key:  "sagemaker:KeepAlivePeriod",
			Must: Must{AtMost: func(e Environment) int { return e.Compute.WarmPoolSeconds }},
		}},
	},
	{
		ID:      "CST-04",
		Title:   "Capacity is not bought in advance from an environment",
		Area:    CostSelfService,
		Why:     "Reservations and training plans are charged whether used or not, and no budget can stop them.",
		Fulfils: []string{"M2", "H-49"},
		Denies:  withheldStatement("CST-04"),
	},
	{
		ID:    "CST-05",
		Title: "Every resource carries the tags that reports need",
		Area:  CostSelfService,
		Why: "Costs are told apart by the tags Project, Environment and CostCenter. They are set on every resource of a template that " +
			"can carry tags; ISO-01 demands them of what is created later.",
		Fulfils:  []string{"M1", "M2", "F3", "S12"},
		Template: []string{"CST05_tagged"},
	},
	{
		ID:       "CST-06",
		Title:    "An environment has a monthly budget that reports before it is spent",
		Area:     CostSelfService,
		Why:      "The team that spends hears of it first: at 80 per cent spent and when the forecast passes the limit.",
		Fulfils:  []string{"M2", "F3"},
		Template: []string{"CST06_budget_alerts"},
	},
}
