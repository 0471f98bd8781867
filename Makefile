# Only wraps: everything works without make, see CONTRIBUTING.md.
.PHONY: demo lab test check pins
demo lab pins:
	python3 start.py $@
test:
	python3 start.py test
check:
	.ci/run
