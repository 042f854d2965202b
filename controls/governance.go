package controls

import "github.com/secureml/environments/policy"

// governance controls: who approves models and code, and what keeps the evidence.
var governance = []Control{
	{
		ID:      "GOV-01",
		Title:   "A model is born unapproved",
		Area:    Reproducibility,
		Why:     "Registering and approving a model are two jobs of two personas. A request that registers a model as approved does both.",
		Fulfils: []string{"A5", "H-153"},
		Rules: []Rule{{
			Key:  "sagemaker:ModelApprovalStatus",
			Must: Must{OneOf: constant("PendingManualApproval")},
			Only: []string{"sagemaker:CreateModelPackage"},
			Absent: map[string]Absence{
				"sagemaker:CreateModelPackage": tolerated("a version without a status waits for approval"),
			},
		}},
	},
	{
		ID:    "GOV-02",
		Title: "Only the model approver approves",
		Area:  Reproducibility,
		Why: "Whoever builds a model must not decide that it is good. Everybody but the approver is denied any change of a model " +
			"package's approval status, and the approver is granted nothing that builds one.",
		Fulfils: []string{"A5", "A22", "H-153", "H-154"},
		PersonaDenies: func(_ Environment, p Persona) []policy.Statement {
			if p == ModelApprover || !p.CallsSageMaker() {
				return nil
			}
			return []policy.Statement{{
				Sid: "GOV02Approve", Effect: policy.Deny, Actions: []string{"sagemaker:UpdateModelPackage"}, Resources: []string{"*"},
				Conditions: []policy.Condition{condition("Null", "sagemaker:ModelApprovalStatus", "false")},
			}}
		},
	},
	{
		ID:    "GOV-03",
		Title: "The protected branch takes merges of approved pull requests only",
		Area:  Reproducibility,
		Why: "A model is promoted with the commit it was built from, so that commit must have been read by a second person. Pushing, " +
			"writing files, merging outside a pull request and deleting are refused on main; changing approval rules or the default " +
			"branch is refused everywhere. Whoever writes code neither approves nor merges it, in the workbench or outside.",
		Fulfils: []string{"A4", "A5", "H-129", "H-130"},
		PersonaDenies: func(e Environment, p Persona) []policy.Statement {
			if e.SourceRepository == "" || p != Notebook && p != DataScientist {
				return nil
			}
			return []policy.Statement{{
				Sid: "GOV03WriterApproves", Effect: policy.Deny,
				Actions: []string{"codecommit:MergePullRequest*", "codecommit:UpdatePullRequestApprovalState"}, Resources: []string{"*"},
			}}
		},
		Denies: func(e Environment) []policy.Statement {
			if e.SourceRepository == "" {
				return nil
			}
			return []policy.Statement{
				{
					Sid: "GOV03ProtectMain", Effect: policy.Deny,
					Actions: []string{
						"codecommit:CreateCommit", "codecommit:DeleteBranch", "codecommit:DeleteFile", "codecommit:GitPush", "codecommit:MergeBranchesByFastForward",
						"codecommit:MergeBranchesBySquash", "codecommit:MergeBranchesByThreeWay", "codecommit:PutFile",
					},
					Resources: []string{e.SourceRepository},
					// A request that changes no reference, such as the first half of a push, holds none and does not match.
					Conditions: []policy.Condition{condition("StringLike", "codecommit:References", "refs/heads/main")},
				},
				{
					Sid: "GOV03KeepApprovalRules", Effect: policy.Deny,
					Actions: []string{
						"codecommit:DeletePullRequestApprovalRule", "codecommit:OverridePullRequestApprovalRules",
						"codecommit:UpdateDefaultBranch", "codecommit:UpdatePullRequestApprovalRuleContent",
					},
					Resources: []string{e.SourceRepository},
				},
			}
		},
	},
	{
		ID:       "GOV-04",
		Title:    "Nothing is shared with other accounts",
		Area:     Exfiltration,
		Why:      "A resource policy on a model group, a feature group or lineage opens it to whoever the policy names.",
		Fulfils:  []string{"H-156"},
		Platform: true,
		Denies:   withheldStatement("GOV-04"),
	},
	{
		ID:    "GOV-05",
		Title: "Lineage, experiments and monitoring are not deleted by those they describe",
		Area:  Audit,
		Why: "The record of how a model came about is evidence. Those who build models can add to it and cannot take away from it, nor " +
			"switch off what watches an endpoint.",
		Fulfils:  []string{"A1", "A22", "H-157", "H-160"},
		Platform: true,
		Denies: func(Environment) []policy.Statement {
			return []policy.Statement{{
				Sid: "GOV05KeepEvidence", Effect: policy.Deny,
				Actions: []string{
					"sagemaker:DeleteAction", "sagemaker:DeleteArtifact", "sagemaker:DeleteAssociation", "sagemaker:DeleteContext",
					"sagemaker:DeleteExperiment", "sagemaker:DeleteModelCard", "sagemaker:DeleteModelPackage",
					"sagemaker:DeleteModelPackageGroup", "sagemaker:DeleteModelPackageGroupPolicy", "sagemaker:DeleteMonitoringSchedule",
					"sagemaker:DeleteTrial", "sagemaker:DeleteTrialComponent", "sagemaker:DisassociateTrialComponent",
					"sagemaker:StopMonitoringSchedule", "sagemaker:UpdateMonitoringAlert",
				},
				Resources: []string{"*"},
			}}
		},
	},
	{
		ID:    "GOV-06",
		Title: "Every call has a person's name on it",
		Area:  Audit,
		Why: "People's roles demand a source identity at sign-in. It cannot be changed afterwards, follows the session through every " +
			"role it assumes, and stands in every CloudTrail record. A workbench belongs to one user: nobody opens or starts one whose owner is " +
			"not the source identity of the session.",
		Fulfils: []string{"I8", "A12", "O3", "H-112", "H-171"},
		Denies: func(Environment) []policy.Statement {
			return []policy.Statement{{
				Sid: "GOV06OthersWorkbench", Effect: policy.Deny,
				Actions: []string{
					"sagemaker:CreatePresignedDomainUrl", "sagemaker:CreatePresignedNotebookInstanceUrl", "sagemaker:StartNotebookInstance",
				},
				Resources:  []string{"*"},
				Conditions: []policy.Condition{condition("StringNotEquals", "aws:ResourceTag/"+TagUser, "${aws:SourceIdentity}")},
			}}
		},
	},
	{
		ID:    "GOV-07",
		Title: "Break-glass is explicit, short and recorded",
		Area:  Audit,
		Why: "Data must be reachable when the VPC is not. One role may read the buckets from outside; its sessions last an hour, demand " +
			"the same sign-in as every person's role, and its name in CloudTrail is an alarm.",
		Fulfils: []string{"H-195"},
	},
}

// approvalStatuses are what a model approver may decide.
func approvalStatuses() []string { return []string{"Approved", "Rejected"} }
