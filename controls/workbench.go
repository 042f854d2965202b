package controls

// workbench controls: Studio, notebook instances and interactive access to jobs.
var workbench = []Control{
	{
		ID:    "WKB-01",
		Title: "Notebook users are not root",
		Area:  ITPolicy,
		Why: "Root can undo what the lifecycle configuration set up, read other users' files and install anything. Root access is " +
			"enabled unless a request says otherwise, and an update can bring it back.",
		Fulfils: []string{"O1", "H-123"},
		Rules: []Rule{{
			Key:    "sagemaker:RootAccess",
			Must:   Must{OneOf: constant("Disabled")},
			Absent: map[string]Absence{"sagemaker:UpdateNotebookInstance": tolerated("the update leaves root access as it is")},
		}},
		Template: []string{"WKB01_notebook_no_root"},
	},
	{
		ID:      "WKB-02",
		Title:   "Notebook instances serve credentials to sessions with a token only (IMDSv2)",
		Area:    ITPolicy,
		Why:     "Version 1 of the metadata service hands the role's credentials to anything that can make the instance send one GET.",
		Fulfils: []string{"O8"},
		Rules: []Rule{{
			Key:  "sagemaker:MinimumInstanceMetadataServiceVersion",
			Must: Must{OneOf: constant("2")},
			Absent: map[string]Absence{
				"sagemaker:UpdateNotebookInstance": tolerated("the update leaves the version as it is"),
			},
		}},
		Template: []string{"WKB02_notebook_imdsv2"},
	},
	{
		ID:    "WKB-03",
		Title: "Jobs open no shell",
		Area:  Exfiltration,
		Why: "Remote debugging opens a shell in a running container, past every log of the workbench, and a space with remote access " +
			"accepts an editor on a laptop.",
		Fulfils: []string{"H-51", "C7"},
		Rules: []Rule{
			{Key: "sagemaker:EnableRemoteDebug", Must: Must{NotTrue: true}},
			{
				Key:  "sagemaker:RemoteAccess",
				Must: Must{OneOf: constant("DISABLED")},
				Absent: map[string]Absence{
					"sagemaker:CreateSpace": tolerated("remote access is off unless asked for"),
					"sagemaker:UpdateSpace": tolerated("remote access is off unless asked for"),
				},
			},
		},
	},
	{
		ID:    "WKB-04",
		Title: "Workbenches, their scripts and their images are made by the platform",
		Area:  ITPolicy,
		Why: "A lifecycle script runs as root on every start of every notebook that uses it; whoever can write one owns them. Domains, " +
			"profiles, notebook instances, scripts and images are therefore created by deployment or through Service Catalog only.",
		Fulfils:  []string{"C8", "S4", "O6", "O9", "H-31", "H-33", "H-34", "H-58", "H-120", "H-121", "H-123", "H-124", "H-133", "H-178"},
		Platform: true,
		Denies:   withheldStatement("WKB-04"),
	},
	{
		ID:      "WKB-05",
		Title:   "Spaces are private",
		Area:    LeastPrivilege,
		Why:     "In a shared space one member reads the files, the terminal history and the temporary credentials of another.",
		Fulfils: []string{"H-177"},
		Rules: []Rule{{
			Key:  "sagemaker:SpaceSharingType",
			Must: Must{OneOf: constant("Private")},
			Only: []string{"sagemaker:CreateApp", "sagemaker:CreateSpace", "sagemaker:UpdateSpace"},
			Absent: map[string]Absence{
				"sagemaker:CreateApp":   tolerated("an app of a profile belongs to no space"),
				"sagemaker:UpdateSpace": tolerated("the update leaves the sharing type as it is"),
			},
		}},
	},
	{
		ID:    "WKB-06",
		Title: "A shared home directory is not mounted into jobs",
		Area:  LeastPrivilege,
		Why: "A domain's file system holds the homes of all its users. A training job can mount a file system by its id; then any user " +
			"reads all homes. Data comes from S3.",
		Fulfils: []string{"H-181"},
		Rules:   []Rule{{Key: "sagemaker:FileSystemId", Must: Must{Unset: true}}},
	},
	{
		ID:      "WKB-07",
		Title:   "Notebook output is shared with the environment's key or not at all",
		Area:    Exfiltration,
		Why:     "Sharing writes notebooks and their output to a bucket. Studio's setting is disabled; where it is not, the key must be ours.",
		Fulfils: []string{"O7", "H-184"},
		Rules: []Rule{{
			Key:  "sagemaker:DomainSharingOutputKmsKeyArn",
			Must: Must{OneOf: func(e Environment) []string { return []string{e.DataKey} }},
			Absent: map[string]Absence{
				"sagemaker:CreateDomain":      tolerated("sharing is disabled"),
				"sagemaker:UpdateDomain":      tolerated("sharing is disabled"),
				"sagemaker:CreateUserProfile": tolerated("sharing is disabled"),
				"sagemaker:UpdateUserProfile": tolerated("sharing is disabled"),
			},
		}},
	},
}
