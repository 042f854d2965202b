package main

import (
	"archive/zip"
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

const imageFolder = "sagemaker/image_uri_config"

// taken are the image lists whose registries an environment trusts.
var taken = []string{
	// Built-in algorithms.
	"blazingtext", "factorization-machines", "forecasting-deepar", "image-classification", "ipinsights",
	"kmeans", "knn", "lda", "linear-learner", "ntm", "object-detection", "object2vec", "pca",
	"randomcutforest", "semantic-segmentation", "seq2seq",
	// SageMaker's own framework containers.
	"sklearn", "spark", "sparkml-serving", "xgboost",
	// AWS Deep Learning Containers.
	"autogluon", "djl-deepspeed", "djl-fastertransformer", "djl-lmi", "djl-neuronx", "djl-tensorrtllm",
	"huggingface", "huggingface-llm", "huggingface-llm-neuronx", "huggingface-neuron", "huggingface-neuronx",
	"huggingface-tei", "huggingface-tei-cpu", "huggingface-training-compiler", "huggingface-vllm-neuronx",
	"mxnet", "pytorch", "pytorch-neuron", "pytorch-smp", "pytorch-training-compiler",
	"sagemaker-tritonserver", "tensorflow",
	// Governance and tooling.
	"clarify", "data-wrangler", "debugger", "model-monitor",
	// Studio and notebook-job images.
	"sagemaker-base-python", "sagemaker-distribution",
}

// leftOut are the image lists that an environment does without, each with the
// reason. A registry that a list in taken names too is trusted all the same.
var leftOut = map[string]string{
	"chainer":                  "framework discontinued",
	"coach-mxnet":              "reinforcement learning toolkit, discontinued",
	"coach-tensorflow":         "reinforcement learning toolkit, discontinued",
	"detailed-profiler":        "profiling report, not a workload; six regions only",
	"hyperpod-recipes-neuron":  "HyperPod isn't offered",
	"image-classification-neo": "compiled models aren't offered",
	"inferentia-mxnet":         "compiled models aren't offered",
	"inferentia-pytorch":       "compiled models aren't offered",
	"inferentia-tensorflow":    "compiled models aren't offered",
	"instance_gpu_info":        "no image list",
	"neo-mxnet":                "compiled models aren't offered",
	"neo-pytorch":              "compiled models aren't offered",
	"neo-tensorflow":           "compiled models aren't offered",
	"ray-pytorch":              "reinforcement learning toolkit, discontinued",
	"ray-tensorflow":           "reinforcement learning toolkit, discontinued",
	"sagemaker-geospatial":     "one region, own data sources",
	"stabilityai":              "third party",
	"vw":                       "reinforcement learning toolkit, discontinued",
	"xgboost-neo":              "compiled models aren't offered",
}

type registry struct {
	Region  string `json:"region"`
	Account string `json:"account"`
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

func imageRegistries(sagemaker *zip.ReadCloser, regions []string) (file, error) {
	var found []registry
	for _, f := range sagemaker.File {
		if path.Dir(f.Name) != imageFolder || path.Ext(f.Name) != ".json" {
			continue
		}
		name := strings.TrimSuffix(path.Base(f.Name), ".json")
		if !slices.Contains(taken, name) {
			if _, ok := leftOut[name]; !ok {
				return file{}, fmt.Errorf("image list %s is new: take it or leave it out", name)
			}
			continue
		}
		text, err := readFrom(sagemaker, f.Name)
		if err != nil {
			return file{}, err
		}
		var config any
		if err := json.Unmarshal(text, &config); err != nil {
			return file{}, fmt.Errorf("%s: %w", f.Name, err)
		}
		for _, r := range registriesIn(config) {
			if !accountID.MatchString(r.Account) {
				return file{}, fmt.Errorf("%s: %s: %q is no account id", f.Name, r.Region, r.Account)
			}
			if slices.Contains(regions, r.Region) {
				found = append(found, r)
			}
		}
	}
	slices.SortFunc(found, func(a, b registry) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Account, b.Account))
	})
	return newFile(sagemakerSource, imageFolder, listOf("registries", slices.Compact(found))), nil
}

// registriesIn collects every "registries" object (region to account) at any
// depth: each list nests them differently, by version, scope or processor.
func registriesIn(v any) []registry {
	var found []registry
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			found = append(found, registriesIn(e)...)
		}
	case map[string]any:
		for key, e := range v {
			accounts, ok := e.(map[string]any)
			if key != "registries" || !ok {
				found = append(found, registriesIn(e)...)
				continue
			}
			for region, account := range accounts {
				found = append(found, registry{region, fmt.Sprint(account)})
			}
		}
	}
	return found
}
