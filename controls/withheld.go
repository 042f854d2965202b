package controls

import (
	"slices"

	"github.com/secureml/environments/policy"
)

// withheldAction is denied to everybody in an environment.
type withheldAction struct {
	action  string
	control string
	why     string
}

// Withheld returns the actions that the control withholds, in alphabetical order.
func Withheld(control string) []string {
	var names []string
	for _, w := range withheld {
		if w.control == control {
			names = append(names, w.action)
		}
	}
	slices.Sort(names)
	return names
}

// WithheldBy returns the id of the control that withholds the action, empty for none.
func WithheldBy(action string) string { return lookupWithheld(action).control }

// lookupWithheld finds a withheld action; the zero value is for one that is not withheld.
func lookupWithheld(action string) withheldAction {
	i := slices.IndexFunc(withheld, func(w withheldAction) bool { return w.action == action })
	if i < 0 {
		return withheldAction{}
	}
	return withheld[i]
}

// withheldStatement is the deny of a control that withholds actions.
func withheldStatement(control string) func(Environment) []policy.Statement {
	return func(Environment) []policy.Statement {
		return []policy.Statement{{
			Sid: sid(control, "Withheld"), Effect: policy.Deny, Actions: Withheld(control), Resources: []string{"*"},
		}}
	}
}

const (
	hiddenPlacement = "its VPC setting has no condition key"
	noPlacement     = "it cannot be placed in a VPC"
	outsideWorkers  = "it hands data to human workers"
	longLived       = "it starts long-lived machines with scripts of the caller's choice"
	opaqueWorkload  = "its workload and output location have no condition key"
	thirdParty      = "it runs or buys software of third parties"
	publicModels    = "it brings models from public hubs past the package index"
	commitsMoney    = "it commits to capacity that no budget stops"
	platformOnly    = "the platform creates it, through deployment or Service Catalog"
	givesAway       = "it shares a resource with other accounts"
	opensShell      = "it opens a shell past the workbench's controls"
)

// withheld is sorted by control, then by reason.
var withheld = []withheldAction{
	{"sagemaker:CreateLabelingJob", "NET-07", outsideWorkers},
	{"sagemaker:CreateFlowDefinition", "NET-07", outsideWorkers},
	{"sagemaker:CreateHumanTaskUi", "NET-07", outsideWorkers},
	{"sagemaker:CreateWorkforce", "NET-07", outsideWorkers},
	{"sagemaker:CreateWorkteam", "NET-07", outsideWorkers},
	{"sagemaker:StartHumanLoop", "NET-07", outsideWorkers},
	{"sagemaker:UpdateWorkforce", "NET-07", outsideWorkers},
	{"sagemaker:UpdateWorkteam", "NET-07", outsideWorkers},
	{"sagemaker:CreateCompilationJob", "NET-07", hiddenPlacement},
	{"sagemaker:CreateInferenceRecommendationsJob", "NET-07", hiddenPlacement},
	{"sagemaker:CreateOptimizationJob", "NET-07", hiddenPlacement},
	{"sagemaker:CreateAlgorithm", "NET-07", noPlacement},
	{"sagemaker:CreateEdgePackagingJob", "NET-07", noPlacement},
	{"sagemaker:CreateModelCardExportJob", "NET-07", opaqueWorkload},
	{"sagemaker:CreateAIBenchmarkJob", "NET-07", opaqueWorkload},
	{"sagemaker:CreateAIRecommendationJob", "NET-07", opaqueWorkload},
	{"sagemaker:CreateAIWorkloadConfig", "NET-07", opaqueWorkload},
	{"sagemaker:CreateInferenceExperiment", "NET-07", opaqueWorkload},
	{"sagemaker:CreateJob", "NET-07", opaqueWorkload},
	{"sagemaker:StartInferenceExperiment", "NET-07", opaqueWorkload},
	{"sagemaker:BatchAddClusterNodes", "NET-07", longLived},
	{"sagemaker:CreateCluster", "NET-07", longLived},
	{"sagemaker:UpdateCluster", "NET-07", longLived},
	{"sagemaker:UpdateClusterSoftware", "NET-07", longLived},
	{"sagemaker:CallPartnerAppApi", "NET-07", thirdParty},
	{"sagemaker:CreatePartnerApp", "NET-07", thirdParty},
	{"sagemaker:CreatePartnerAppPresignedUrl", "NET-07", thirdParty},
	{"sagemaker:UpdatePartnerApp", "NET-07", thirdParty},
	{"sagemaker:CreateHub", "NET-07", publicModels},
	{"sagemaker:CreateHubContentPresignedUrls", "NET-07", publicModels},
	{"sagemaker:CreateHubContentReference", "NET-07", publicModels},
	{"sagemaker:DeployHubModel", "NET-07", publicModels},
	{"sagemaker:ImportHubContent", "NET-07", publicModels},
	{"sagemaker:TrainHubModel", "NET-07", publicModels},

	{"sagemaker:CreateAppImageConfig", "WKB-04", platformOnly},
	{"sagemaker:CreateCodeRepository", "WKB-04", platformOnly},
	{"sagemaker:CreateDomain", "WKB-04", platformOnly},
	{"sagemaker:CreateImage", "WKB-04", platformOnly},
	{"sagemaker:CreateImageVersion", "WKB-04", platformOnly},
	{"sagemaker:CreateNotebookInstance", "WKB-04", platformOnly},
	{"sagemaker:CreateNotebookInstanceLifecycleConfig", "WKB-04", platformOnly},
	{"sagemaker:CreateStudioLifecycleConfig", "WKB-04", platformOnly},
	{"sagemaker:CreateUserProfile", "WKB-04", platformOnly},
	{"sagemaker:DeleteDomain", "WKB-04", platformOnly},
	{"sagemaker:DeleteUserProfile", "WKB-04", platformOnly},
	{"sagemaker:UpdateAppImageConfig", "WKB-04", platformOnly},
	{"sagemaker:UpdateCodeRepository", "WKB-04", platformOnly},
	{"sagemaker:UpdateDomain", "WKB-04", platformOnly},
	{"sagemaker:UpdateImage", "WKB-04", platformOnly},
	{"sagemaker:UpdateImageVersion", "WKB-04", platformOnly},
	{"sagemaker:UpdateNotebookInstance", "WKB-04", platformOnly},
	{"sagemaker:UpdateNotebookInstanceLifecycleConfig", "WKB-04", platformOnly},
	{"sagemaker:UpdateUserProfile", "WKB-04", platformOnly},
	{"sagemaker:CreateMlflowApp", "WKB-04", platformOnly},
	{"sagemaker:CreateMlflowTrackingServer", "WKB-04", platformOnly},
	{"sagemaker:DeleteMlflowApp", "WKB-04", platformOnly},
	{"sagemaker:DeleteMlflowTrackingServer", "WKB-04", platformOnly},
	{"sagemaker:UpdateMlflowApp", "WKB-04", platformOnly},
	{"sagemaker:UpdateMlflowTrackingServer", "WKB-04", platformOnly},
	{"sagemaker:StartSession", "WKB-04", opensShell},

	{"sagemaker:CreateLineageGroupPolicy", "GOV-04", givesAway},
	{"sagemaker:CreateSharedModel", "GOV-04", givesAway},
	{"sagemaker:PutLineageGroupPolicy", "GOV-04", givesAway},
	{"sagemaker:PutModelPackageGroupPolicy", "GOV-04", givesAway},
	{"sagemaker:PutResourcePolicy", "GOV-04", givesAway},
	{"sagemaker:DisableSagemakerServicecatalogPortfolio", "GOV-04", platformOnly},
	{"sagemaker:EnableSagemakerServicecatalogPortfolio", "GOV-04", platformOnly},

	{"sagemaker:CreateComputeQuota", "CST-04", commitsMoney},
	{"sagemaker:CreateReservedCapacity", "CST-04", commitsMoney},
	{"sagemaker:CreateTrainingPlan", "CST-04", commitsMoney},
	{"sagemaker:ExtendTrainingPlan", "CST-04", commitsMoney},
}
