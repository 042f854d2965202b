module github.com/secureml/environments/tools/facts

go 1.26
