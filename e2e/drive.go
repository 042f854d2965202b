package main

import (
	"bytes"
	"compress/zlib"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
)

//go:embed driver.py
var driver string

// unpack is the entry point of a container that runs a program given by pack. SageMaker takes 100 arguments of 256
// characters, which is more than enough for a program and too little in any one of them.
var unpack = []string{"python3", "-c", "import base64,sys,zlib;exec(zlib.decompress(base64.b64decode(''.join(sys.argv[1:]))).decode())"}

// pack compresses a program into arguments of a container.
func pack(program string) []string {
	var compressed bytes.Buffer
	w := zlib.NewWriter(&compressed)
	_, _ = w.Write([]byte(program)) // a buffer takes everything
	_ = w.Close()
	text := base64.StdEncoding.EncodeToString(compressed.Bytes())
	return slices.Collect(chunks(text, 256))
}

func chunks(text string, size int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for len(text) > 0 {
			n := min(size, len(text))
			if !yield(text[:n]) {
				return
			}
			text = text[n:]
		}
	}
}

// program is the driver with the steps that it takes, how long it pauses between looks, and where its message goes.
func (r road) program(pause int, message string) (string, error) {
	steps, err := json.Marshal(slices.Concat(r.deviations(), r.steps()))
	if err != nil {
		return "", err
	}
	leftovers, err := json.Marshal(r.leftovers())
	if err != nil {
		return "", err
	}
	return driver + fmt.Sprintf("\n\nREGION, PAUSE, MESSAGE = %q, %d, %q\ndrive(json.loads(%q), json.loads(%q))\n",
		r.environment.Target.Region, pause, message, steps, leftovers), nil
}

// drive is the job that takes the road: in the VPC, with the notebook role of a user, on the deployer's behalf.
func (r road) drive(notebookRole string) (step, error) {
	program, err := r.program(20, "/opt/ml/output/message")
	if err != nil {
		return step{}, err
	}
	s := r.process()
	s.Name = "the paved road, as a data scientist's code"
	s.Input["ProcessingJobName"] = r.name("driver")
	s.Input["RoleArn"] = notebookRole
	s.Input["AppSpecification"] = map[string]any{
		"ImageUri": r.image("sagemaker-scikit-learn:1.2-1-cpu-py3"), "ContainerEntrypoint": unpack, "ContainerArguments": pack(program),
	}
	// The deployer may not use the environment's keys, so the driver's own volume has the key of AWS.
	s.Input["ProcessingResources"] = map[string]any{"ClusterConfig": map[string]any{"InstanceType": instanceType, "InstanceCount": 1, "VolumeSizeInGB": 10}}
	delete(s.Input, "ProcessingOutputConfig")
	s.Input["StoppingCondition"] = map[string]any{"MaxRuntimeInSeconds": 3 * longest}
	return s, nil
}
