"""What waits on the workstation until the server has it: one SQLite file, its bounds and its repair.

Which events may enter belongs to the gate and the filters, sending them to `agent.sending`.
"""
